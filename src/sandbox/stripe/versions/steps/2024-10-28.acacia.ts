import type { StripeEvent } from '../../wire.ts'
import type { ApiVersion } from '../api-version.ts'

const TYPES: readonly string[] = ['refund.created', 'refund.updated', 'refund.failed']
const VERSION: ApiVersion = '2024-10-28.acacia'

/**
 * `refund.*` is sent for every refund since 2024-10-28.acacia, and before that only for a refund that has no charge:
 * docs.stripe.com/changelog/acacia/2024-10-28/refund-webhook-update.
 */
export const refundEvents = {
  version: VERSION,
  isNew: (event: StripeEvent): boolean => TYPES.includes(event.type) && event.data.object.charge !== null,
}
