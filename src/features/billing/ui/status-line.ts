import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { Entitlement, HoldKind } from '#src/shared/types/billing.ts'
import { formatDay } from '#src/shared/ui/format-instant.ts'
import type { Tone } from '#src/shared/ui/Notice.tsx'
import { formatPrice } from './offer.ts'

/** One source of access in a sentence, and how it stands. */
export interface StatusLine {
  readonly tone: Tone
  /** One or two words for a badge. */
  readonly word: string
  readonly text: string
  /** What happens next on its own, and when (milliseconds since the epoch); null where nothing does. */
  readonly next: { readonly word: 'Renews' | 'Ends'; readonly at: number } | null
}

const HOLDS: Record<HoldKind, string> = {
  refund: 'the payment was refunded',
  dispute: 'the payment is disputed with your bank',
  pause: 'the subscription is paused',
  fraud_warning: "the card's issuer suspects a fraud",
  invoice: 'an invoice was never paid',
  no_base: 'the plan that it adds to is not active',
}

/** Why a source is held, as a sentence. */
export function holdReason(holds: readonly HoldKind[]): string {
  const reasons = holds.map((hold) => HOLDS[hold])
  return `Access is on hold because ${new Intl.ListFormat('en-GB').format(reasons)}.`
}

/** The name of what was bought: "Team, yearly, 3 seats". */
export function sourceName(source: Entitlement): string {
  const plan = planOf(source.plan)
  const interval = source.interval && { month: 'monthly', year: 'yearly' }[source.interval]
  const seats = plan.kind === 'subscription' && plan.seats && `${source.quantity} seats`
  return [plan.name, interval, seats].filter(Boolean).join(', ')
}

/** What the next renewal costs by the catalogue, in the minor unit, or null where that is not known. */
export function renewalAmount(source: Entitlement): number | null {
  const price = planOf(source.plan).prices.find(
    ({ version, interval }) => version === source.planVersion && interval === source.interval,
  )
  return price ? price.unitAmount * source.quantity : null
}

/** What a customer has, until when and on which condition: "Pro, yearly, renews on 3 March 2027 for €190". */
export function statusLine(source: Entitlement): StatusLine {
  const name = sourceName(source)
  const ends = endOf(source.expiresAt)
  if (source.holds.length > 0) {
    return { tone: 'bad', word: 'On hold', text: `${name}. ${holdReason(source.holds)}`, next: null }
  }
  if (source.pastDueSince !== null) {
    const end = ends === null ? '' : ` Access ends on ${formatDay(ends.at)} unless it is paid.`
    return {
      tone: 'bad',
      word: 'Payment due',
      text: `${name}. The last payment failed.${end}`,
      next: ends,
    }
  }
  if (source.cancelsAt !== null) {
    const text = `${name}, ends on ${formatDay(source.cancelsAt)} and does not renew`
    return { tone: 'warning', word: 'Cancelled', text, next: endOf(source.cancelsAt) }
  }
  if (source.kind === 'subscription') return subscriptionLine(source, name)
  const given = source.kind === 'manual' ? ', given to you' : ''
  const until = source.kind === 'manual' ? ' without an end' : ', paid once, yours for good'
  return {
    tone: 'good',
    word: 'Active',
    text: ends === null ? `${name}${given}${until}` : `${name}${given}, until ${formatDay(ends.at)}`,
    next: ends,
  }
}

function subscriptionLine(source: Entitlement, name: string): StatusLine {
  const { renewsAt, status } = source
  const renewal = renewalAmount(source)
  const amount = renewal === null ? '' : ` for ${formatPrice(renewal)}`
  const state = status === 'trialing' ? TRIAL : ACTIVE
  if (renewsAt === null) return { ...state, text: name, next: endOf(source.expiresAt) }
  const text =
    status === 'trialing'
      ? `${name}, free until ${formatDay(renewsAt)}, then renews${amount}`
      : `${name}, renews on ${formatDay(renewsAt)}${amount}`
  return { ...state, text, next: { word: 'Renews', at: renewsAt } }
}

const TRIAL = { tone: 'info', word: 'Trial' } as const
const ACTIVE = { tone: 'good', word: 'Active' } as const

function endOf(at: number | null): StatusLine['next'] {
  return at === null ? null : { word: 'Ends', at }
}
