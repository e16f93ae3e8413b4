import type { Feature, Limit, PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'

/** A Stripe Checkout session as the rest of the app sees it. Instants are milliseconds since the epoch. */
export interface CheckoutSession {
  readonly sessionId: string
  readonly url: string | null
  readonly status: 'open' | 'complete' | 'expired'
  readonly expiresAt: number
}

/** Answer of `POST /api/checkout/session`: where to send the buyer, and until when (milliseconds since the epoch). */
export interface CreateCheckoutSessionResponse {
  readonly sessionId: string
  readonly url: string
  readonly expiresAt: number
}

/**
 * Why a source of access is withheld although it was paid for: the money went back, or may; a pause; the issuer's
 * suspicion; an invoice that was given up; an add-on without the plan that it adds to.
 */
export type HoldKind = 'refund' | 'dispute' | 'pause' | 'fraud_warning' | 'invoice' | 'no_base'

/** One thing that gives a user access: a subscription, a one-time payment, or a grant by hand. */
export interface Entitlement {
  readonly kind: 'subscription' | 'payment' | 'manual'
  /** `sub_…`, `pi_…`, `cs_…`, or our own id for a manual grant. */
  readonly sourceId: string
  /** Stripe's own word for the source's state. */
  readonly status: string
  readonly plan: PlanKey
  readonly planVersion: number
  readonly quantity: number
  readonly interval: BillingInterval | null
  /** Access ends at this instant, milliseconds since the epoch; null never ends. */
  readonly expiresAt: number | null
  /** The instant of the next renewal, or null where nothing renews. */
  readonly renewsAt: number | null
  /** The instant at which the customer's cancellation takes effect, or null. */
  readonly cancelsAt: number | null
  /** Since when the subscription is past due, or null. */
  readonly pastDueSince: number | null
  readonly holds: readonly HoldKind[]
  /** The Stripe event that last changed it; null when the success page or an operator came first. */
  readonly stripeEventId: string | null
}

/** Which layer answered a check: process memory, Redis, Postgres, or the last known answer in an outage. */
export type EntitlementLayer = 'memory' | 'redis' | 'postgres' | 'last_known'

/** What one user may do at one instant. */
export interface Entitlements {
  readonly userId: string
  /** The instant for which this is true, milliseconds since the epoch. */
  readonly asOf: number
  readonly features: readonly Feature[]
  readonly limits: Readonly<Partial<Record<Limit, number>>>
  /** The sources that give access at `asOf`: unexpired and not held. */
  readonly active: readonly Entitlement[]
  /** The sources that are paid for but held back, with their reason. */
  readonly held: readonly Entitlement[]
  readonly layer: EntitlementLayer
}

/** A verified Stripe event, reduced to what is recorded of each. `created` is in seconds, as Stripe stamps it. */
export interface WebhookEvent {
  readonly id: string
  readonly type: string
  readonly created: number
  readonly livemode: boolean
  readonly apiVersion: string | null
  readonly account: string | null
}
