import { userFromRequest } from '#src/infrastructure/auth/request-user.ts'
import { billing } from '#src/infrastructure/composition-root.ts'
import { problem } from '#src/shared/http/problem.ts'
import { isRetryable } from '#src/shared/retryable.ts'

export const dynamic = 'force-dynamic'

/** How soon a browser may ask again while no backend answers. */
const RETRY_AFTER_SECONDS = 5

/** What the signed-in user may do, for display in the browser. Access itself is decided on the server, at the data. */
export async function GET(request: Request): Promise<Response> {
  try {
    const user = await userFromRequest(request)
    if (user === null) return problem('unauthenticated')
    const entitlements = await billing().checkEntitlements.execute(user.id)
    return Response.json(entitlements, {
      headers: { 'cache-control': 'private, no-store', vary: 'Cookie, Authorization' },
    })
  } catch (error) {
    if (isRetryable(error)) return problem('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    throw error
  }
}
