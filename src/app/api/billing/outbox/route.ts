import { handleOutboxRequest } from '#src/features/billing/application/outbox/outbox-request.ts'
import { billing } from '#src/infrastructure/composition-root.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Seconds that a host gives a call of the cron. */
export const maxDuration = 60

/** Delivers what the outbox holds, for whatever cron the host has: some call with GET, some with POST. */
function handle(request: Request): Promise<Response> {
  return handleOutboxRequest(request, billing().outboxRequest)
}

export { handle as GET, handle as POST }
