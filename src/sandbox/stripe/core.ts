import { Account } from './account.ts'
import { TimeKeeper } from './advance.ts'
import { Api } from './api.ts'
import { SandboxClock } from './clock.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import { Poster } from './post.ts'
import { createWebhookEndpoint } from './resources/webhook-endpoints.ts'
import { Scheduler } from './scheduler.ts'
import { seedCatalogue } from './seed.ts'
import { State } from './state.ts'

/** Where the sandbox sends its webhooks from the start. */
export interface WebhookTarget {
  url: string
  /** `whsec_...` */
  secret: string
  /** Default: all. */
  events?: readonly string[] | undefined
}

export interface CoreOptions {
  seed: boolean
  webhook: WebhookTarget | null
  delivery: DeliveryOptions
  acceptsKey: (key: string) => boolean
}

/** The parts of a sandbox, wired together; what is left is to put it on a port. */
export class SandboxCore {
  readonly account: Account
  readonly api: Api
  readonly time: TimeKeeper
  readonly #options: CoreOptions

  constructor(options: CoreOptions) {
    this.#options = options
    const state = new State()
    this.account = new Account({
      state,
      clock: new SandboxClock(),
      scheduler: new Scheduler(),
      delivery: new Delivery(state, new Poster(), options.delivery),
    })
    this.time = new TimeKeeper(this.account)
    this.api = new Api(this.account, options.acceptsKey, () => this.time.arm())
  }

  /** Puts in what the sandbox starts with. `url` is its own origin. */
  begin(url: string): void {
    this.account.url = url
    if (this.#options.seed) seedCatalogue(this.account)
    const { webhook } = this.#options
    if (webhook) {
      createWebhookEndpoint(this.account, {
        url: webhook.url,
        secret: webhook.secret,
        enabled_events: [...(webhook.events ?? ['*'])],
      })
    }
  }

  /** Forgets everything and starts anew, with the machine's time. */
  reset(): void {
    const { account } = this
    account.delivery.clear()
    account.delivery.resume()
    account.clearPlans()
    account.state.clear()
    account.clock.setOffset(0)
    this.api.clear()
    this.time.arm()
    this.begin(account.url)
  }

  close(): void {
    this.time.close()
    this.account.delivery.close()
    this.account.clock.close()
  }
}
