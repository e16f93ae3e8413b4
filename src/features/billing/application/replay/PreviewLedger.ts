import type { Change } from '#src/features/billing/domain/change/Change.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type {
  Applied,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type {
  IEventPreview,
  Preview,
  PreviewedEvent,
} from '#src/features/billing/domain/interfaces/IEventPreview.ts'

/** The most events of one user that one preview plays one after the other. */
export const PREVIEWED_EVENTS_OF_USER_MAX = 200

/** What would become of one user's access. */
export interface PreviewedAccess {
  readonly before: UserEntitlements
  readonly after: UserEntitlements
}

/** The events of one user so far, in order, and what they would do together. */
interface Thread {
  readonly events: PreviewedEvent[]
  access: PreviewedAccess | null
}

/**
 * A ledger that writes nothing: each write is played by the real SQL after all earlier ones of the same user, in a
 * transaction that is undone. The use case above it is the real one and does not know. Events of different users do
 * not touch each other, so each user's access afterwards is exactly what applying all of them would leave.
 */
export class PreviewLedger implements IEntitlementLedger {
  readonly #preview: IEventPreview
  /** By user and by customer: an event names one of them, or both. */
  readonly #threads = new Map<string, Thread>()

  constructor(preview: IEventPreview) {
    this.#preview = preview
  }

  async applyStripeEvent(event: RecordedEvent | null, change: Change, now: number): Promise<Applied> {
    const known = keysOf(change).flatMap((key) => this.#threads.get(key) ?? [])
    let thread = this.#join(known)
    let { answer, access } = await this.#play(thread, { event, change }, now)
    if (answer.outcome === 'ambiguous') return answer
    // The database alone may know whose event it is: then it comes after what this user had so far.
    const own = answer.userId === null ? undefined : this.#threads.get(answer.userId)
    if (own !== undefined && own !== thread) {
      thread = this.#join([own, thread])
      ;({ answer, access } = await this.#play(thread, { event, change }, now))
      if (answer.outcome === 'ambiguous') return answer
    }
    if (answer.outcome === 'duplicate') return answer
    thread.events.push({ event, change })
    thread.access = access ?? thread.access
    for (const key of keysOf(change)) this.#threads.set(key, thread)
    if (answer.userId !== null) this.#threads.set(answer.userId, thread)
    return answer
  }

  /** Each user whom any event concerned, as they are and as they would be. */
  get access(): readonly PreviewedAccess[] {
    return [...new Set(this.#threads.values())].flatMap(({ access }) => access ?? [])
  }

  async #play(thread: Thread, last: PreviewedEvent, now: number) {
    if (thread.events.length >= PREVIEWED_EVENTS_OF_USER_MAX) {
      throw new BillingError('database_refused', {
        retryable: false,
        cause: `more than ${PREVIEWED_EVENTS_OF_USER_MAX} events of one user in one preview`,
      })
    }
    const preview = await this.#preview.previewStripeEvents([...thread.events, last], now)
    const answer = preview.answers.at(-1)
    if (answer === undefined) throw new TypeError('a preview without an answer')
    return { answer, access: accessOf(answer, preview) }
  }

  #join(threads: readonly Thread[]): Thread {
    const [first, ...others] = new Set(threads)
    if (first === undefined) return { events: [], access: null }
    if (others.length === 0) return first
    const joined: Thread = {
      events: [first, ...others].flatMap(({ events }) => events),
      access: first.access,
    }
    for (const [key, thread] of this.#threads) {
      if (thread === first || others.includes(thread)) this.#threads.set(key, joined)
    }
    return joined
  }
}

function keysOf({ user_id, customer_id }: Change): string[] {
  return [user_id, customer_id].filter((key) => key !== null)
}

function accessOf(answer: Applied, preview: Preview): PreviewedAccess | null {
  if (answer.outcome === 'ambiguous' || answer.entitlements === null) return null
  const before = preview.before.find(({ userId }) => userId === answer.userId)
  return before === undefined ? null : { before, after: answer.entitlements }
}
