import type { RecordedEvent } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'

/** An event as `apply_stripe_event` takes it. */
export function eventArgument(event: RecordedEvent | null): Record<string, unknown> | null {
  if (event === null) return null
  return {
    id: event.id,
    type: event.type,
    created: event.created,
    livemode: event.livemode,
    api_version: event.apiVersion,
    account: event.account,
    object_id: event.objectId,
    payload_base64: Buffer.from(event.payload).toString('base64'),
  }
}
