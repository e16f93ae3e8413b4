/** What can fall due by itself. */
export type TransitionKind =
  | 'checkout_session.expire'
  | 'dispute.decide'
  | 'dispute.due'
  | 'payment_intent.expire_authorization'
  | 'payment_intent.settle'
  | 'refund.settle'
  | 'tax_id.verify'
  | 'subscription.trial_will_end'
  | 'subscription.due'
  | 'subscription.upcoming'
  | 'subscription.pending_items'
  | 'subscription.expire'
  | 'subscription.pending_update_expire'
  | 'subscription.resume_collection'
  | 'subscription_schedule.due'
  | 'subscription_schedule.expiring'
  | 'subscription_schedule.pause'
  | 'subscription_schedule.resume'
  | 'invoice.finalize'
  | 'invoice.retry'
  | 'invoice.due'
  | 'invoice.will_be_due'
  | 'invoice.give_up'
  | 'webhook.deliver'
  | 'webhook.release'

export interface Transition {
  readonly kind: TransitionKind
  /** Id of the object that it concerns. */
  readonly id: string
  /** Seconds since 1970. */
  readonly at: number
  /** Breaks ties: what was planned first happens first. */
  readonly order: number
}

/** The plan of what falls due when: a binary heap, with one entry a kind and object. */
export class Scheduler {
  #heap: Transition[] = []
  readonly #live = new Map<string, Transition>()
  #order = 0

  /** Plans a transition, in place of an earlier plan for the same kind and object. */
  plan(kind: TransitionKind, id: string, at: number): void {
    this.#order += 1
    const transition = { kind, id, at, order: this.#order }
    this.#live.set(`${kind} ${id}`, transition)
    this.#push(transition)
  }

  cancel(kind: TransitionKind, id: string): void {
    this.#live.delete(`${kind} ${id}`)
  }

  /** Whether this kind is planned for this object. */
  has(kind: TransitionKind, id: string): boolean {
    return this.#live.has(`${kind} ${id}`)
  }

  /** What is planned, in no particular order. */
  get planned(): readonly Transition[] {
    return [...this.#live.values()]
  }

  /** Puts an earlier plan in place of this one. */
  restore(planned: readonly Transition[]): void {
    this.clear()
    for (const transition of planned) {
      this.#order = Math.max(this.#order, transition.order)
      this.#live.set(`${transition.kind} ${transition.id}`, transition)
      this.#push(transition)
    }
  }

  /** The next transition, or null. Seconds since 1970 in its `at`. */
  next(): Transition | null {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return null
      if (this.#live.get(`${first.kind} ${first.id}`) === first) return first
      this.#pop()
    }
  }

  /** Takes the next transition that is due at `now` (seconds), or null. */
  takeDue(now: number): Transition | null {
    const first = this.next()
    if (first === null || first.at > now) return null
    this.#pop()
    this.#live.delete(`${first.kind} ${first.id}`)
    return first
  }

  clear(): void {
    this.#heap = []
    this.#live.clear()
  }

  #push(transition: Transition): void {
    const heap = this.#heap
    let index = heap.push(transition) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#before(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    heap[0] = last
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      let smallest = index
      if (left < heap.length && this.#before(left, smallest)) smallest = left
      if (right < heap.length && this.#before(right, smallest)) smallest = right
      if (smallest === index) return
      this.#swap(index, smallest)
      index = smallest
    }
  }

  #before(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined || second === undefined) return false
    return first.at < second.at || (first.at === second.at && first.order < second.order)
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined || second === undefined) return
    this.#heap[a] = second
    this.#heap[b] = first
  }
}
