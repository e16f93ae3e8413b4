import type { ModelCharge, ModelEvent, ModelObject, ModelUser, Moment } from './objects.ts'
import type { SourceSpec } from './spec.ts'

/**
 * The timeline of one source while it is written: where its time stands, its objects as they are now, and the
 * moments so far. One act writes one moment; all its events bear the moment's second, as Stripe's do.
 */
export class SourceTimeline {
  readonly key: string
  readonly user: ModelUser
  readonly spec: SourceSpec
  readonly moments: Moment[] = []
  now: number
  #objects = new Map<string, ModelObject>()
  #changed: ModelObject[] = []
  #events: ModelEvent[] = []
  readonly #said = new Set<string>()
  #nextEvent = 0
  #nextId = 0

  constructor(key: string, user: ModelUser, spec: SourceSpec, startsAt: number) {
    this.key = key
    this.user = user
    this.spec = spec
    this.now = startsAt
  }

  /** Metadata of an object that names its user, or of one that leaves it to the customer's link. */
  metadata(namesUser: boolean): Readonly<Record<string, string>> {
    return namesUser ? { tollgate_user_id: this.user.userId } : {}
  }

  id(prefix: string): string {
    this.#nextId += 1
    return `${prefix}_${this.key}_${this.#nextId}`
  }

  get<Kind extends ModelObject['kind']>(kind: Kind): Extract<ModelObject, { kind: Kind }>[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind) as Extract<
      ModelObject,
      { kind: Kind }
    >[]
  }

  /** The charge of a payment intent, while there is one. */
  charge(paymentIntent: string): ModelCharge | undefined {
    return this.get('charge').find((charge) => charge.paymentIntent === paymentIntent)
  }

  /** Stores the object as it is from this moment on, and says so in an event where `type` is given. */
  put<Item extends ModelObject>(object: Item, type?: string): Item {
    const before = this.#objects.get(object.id) ?? null
    this.#objects.set(object.id, object)
    this.#changed.push(object)
    if (type !== undefined) this.say(type, object, before)
    return object
  }

  /** Whether an event of this type was ever said. */
  hasSaid(type: string): boolean {
    return this.#said.has(type)
  }

  /** An event about the object, whether or not it changed. */
  say(type: string, object: ModelObject, before: ModelObject | null = null): void {
    this.#nextEvent += 1
    this.#said.add(type)
    this.#events.push({
      id: `evt_${this.key}_${this.#nextEvent}`,
      type,
      created: this.now,
      object,
      before,
    })
  }

  /** Ends the moment: all that was put and said since the last one happened at once. */
  close(): void {
    if (this.#changed.length === 0 && this.#events.length === 0) return
    this.moments.push({ at: this.now, changed: this.#changed, events: this.#events })
    this.#changed = []
    this.#events = []
  }
}
