import { Account } from './account.ts'
import { TimeKeeper } from './advance.ts'
import { Api } from './api.ts'
import { SandboxClock } from './clock.ts'
import type { DeliveryOptions } from './delivery/courier.ts'
import { Delivery } from './delivery/delivery.ts'
import { Poster } from './delivery/post.ts'
import { Faults } from './faults/faults.ts'
import type { FaultPlan } from './faults/language.ts'
import { newId } from './ids.ts'
import { entitle } from './life/entitlements.ts'
import { resumeTestClocks } from './life/test-clocks.ts'
import { IN_MEMORY, type Journal } from './persistence/journal.ts'
import { restoreFrom, textOf } from './persistence/sandbox-text.ts'
import { readStateFile, StateFile } from './persistence/state-file.ts'
import { createWebhookEndpoint } from './resources/webhook-endpoints.ts'
import { Scheduler } from './scheduler.ts'
import { seedCatalogue } from './seed.ts'
import { State } from './state.ts'

/** Where the sandbox sends its webhooks from the start. */
export interface WebhookTarget {
  url: string
  /** `whsec_...`; default a random one. */
  secret?: string | undefined
  /** Default: all. */
  events?: readonly string[] | undefined
}

export interface CoreOptions {
  seed: boolean
  webhook: WebhookTarget | null
  delivery: DeliveryOptions
  /** The key that the sandbox was given, or one of its own. */
  secretKey: string
  /** Whether any other test key is refused. */
  onlySecretKey: boolean
  /** File that keeps everything across restarts, or null for memory alone. */
  stateFile: string | null
  /** What goes wrong from the start, also after a reset. */
  faults: FaultPlan | null
  /** Where time is to stand still: the moment, in milliseconds since 1970. */
  frozenAtMs: number | null
}

/** The parts of a sandbox, wired together; what is left is to put it on a port. */
export class SandboxCore {
  readonly account: Account
  readonly api: Api
  readonly time: TimeKeeper
  readonly journal: Journal
  readonly #options: CoreOptions
  readonly #isRestored: boolean
  #webhookSecret: string | null = null

  /** @throws Error where the state file is none of a sandbox. */
  constructor(options: CoreOptions) {
    this.#options = options
    const { stateFile } = options
    this.journal = stateFile === null ? IN_MEMORY : new StateFile(stateFile, () => textOf(this.#keptParts))
    const [state, scheduler] = [new State(), new Scheduler()]
    const clock = new SandboxClock(options.frozenAtMs)
    const faults = new Faults(state, (id) => this.account.delivery.releaseHeldBy(id))
    this.account = new Account({
      state,
      clock,
      scheduler,
      delivery: new Delivery({
        state,
        clock,
        scheduler,
        faults,
        poster: new Poster(),
        journal: this.journal,
        options: options.delivery,
        afterPlan: () => this.time.arm(),
      }),
    })
    this.account.onEvent((event) => {
      entitle(this.account, event)
      this.journal.touch()
    })
    this.time = new TimeKeeper(this.account, this.journal)
    this.api = new Api(
      this.account,
      faults,
      (key) => (options.onlySecretKey ? key === this.secretKey : key.startsWith('sk_test_')),
      () => this.time.arm(),
    )
    const text = stateFile === null ? null : readStateFile(stateFile)
    if (text !== null) restoreFrom(text, this.#keptParts)
    this.#isRestored = text !== null
  }

  /** The key that was given or made when the state began. */
  get secretKey(): string {
    return this.account.state.keys.get('secret') ?? this.#options.secretKey
  }

  /** The signing secret of the endpoint that exists from the start, or null where there is none. */
  get webhookSecret(): string | null {
    return this.#webhookSecret
  }

  /** Puts in what the sandbox starts with, or goes on with what was kept. `url` is its own origin. */
  begin(url: string): void {
    this.account.url = url
    if (this.#isRestored) {
      this.#openWebhook()
      if (this.#options.faults) this.api.faults.setPlan(this.#options.faults)
    } else this.#fill()
    this.account.delivery.begin()
    resumeTestClocks(this.account)
    this.time.tick()
  }

  /** Forgets everything and starts anew, with the machine's time. */
  reset(): void {
    const { account } = this
    account.delivery.clear()
    account.delivery.resume()
    account.clearPlans()
    account.searchIndex.reset()
    account.state.clear()
    account.clock.setOffset(0)
    this.api.clear()
    this.#fill()
    this.time.arm()
  }

  async close(): Promise<void> {
    this.time.close()
    this.account.delivery.close()
    this.account.clock.close()
    await this.journal.close()
  }

  get #keptParts() {
    return { account: this.account, idempotency: this.api.idempotency }
  }

  #fill(): void {
    this.account.state.keys.set('secret', this.#options.secretKey)
    if (this.#options.seed) seedCatalogue(this.account)
    this.#openWebhook()
    if (this.#options.faults) this.api.faults.setPlan(this.#options.faults)
    this.journal.touch()
  }

  /** The endpoint of the options: one that was kept stays as it is. */
  #openWebhook(): void {
    const { webhook } = this.#options
    if (webhook === null) return
    const { state } = this.account
    const known = [...state.webhookEndpoints.values()].find(({ url }) => url === webhook.url)
    const endpoint =
      known ??
      createWebhookEndpoint(this.account, {
        url: webhook.url,
        secret: webhook.secret ?? newId.webhookSecret(),
        enabled_events: [...(webhook.events ?? ['*'])],
      })
    this.#webhookSecret = state.endpointSecrets.get(endpoint.id)?.at(-1)?.secret ?? null
  }
}
