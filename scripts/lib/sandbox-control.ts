import { z } from 'zod'

/** One try to deliver an event, as the sandbox reports it. */
const Attempt = z.looseObject({
  status: z.number().nullable(),
  outcome: z.enum(['succeeded', 'failed']),
  duration_ms: z.number(),
  resent: z.boolean(),
  response_body: z.string(),
})
export type Attempt = z.infer<typeof Attempt>

const Attempts = z.looseObject({ attempts: z.array(Attempt) })

/** What only a sandbox can be asked: to pay as a customer would, to deliver again, to move time. */
export class SandboxControl {
  readonly #base: string

  /** @param stripeApiBase the sandbox's address, the app's `STRIPE_API_BASE` */
  constructor(stripeApiBase: string) {
    this.#base = new URL('/_sandbox', stripeApiBase).href
  }

  /** Pays an open Checkout session with a test card, as its hosted page does. */
  async pay(sessionId: string, card: string): Promise<unknown> {
    return this.#ask('POST', `/checkout/sessions/${sessionId}/pay`, { card })
  }

  /** Pays an open Checkout session with a card whose later payments fail. */
  async payOnce(sessionId: string): Promise<unknown> {
    return this.#ask('POST', `/checkout/sessions/${sessionId}/pay`, { outcome: 'renewals_fail' })
  }

  /** Every try to deliver this event, oldest first. */
  async attempts(eventId: string): Promise<Attempt[]> {
    return Attempts.parse(await this.#ask('GET', `/events/${eventId}/attempts`)).attempts
  }

  /** Delivers an event again, `times` at once, and waits for the answers. */
  async resend(eventId: string, times: number): Promise<Attempt[]> {
    return Attempts.parse(await this.#ask('POST', `/events/${eventId}/resend`, { times })).attempts
  }

  /** Moves the sandbox's time on; what falls due happens on the way. */
  async advance(seconds: number): Promise<unknown> {
    return this.#ask('POST', '/clock/advance', { seconds })
  }

  /** Likewise, to the next renewal or end of a subscription. */
  async advanceToNextRenewal(): Promise<unknown> {
    return this.#ask('POST', '/clock/advance', { to_next_renewal: true })
  }

  /** Holds back every delivery that has not left yet. */
  async pauseDelivery(): Promise<unknown> {
    return this.#ask('POST', '/delivery', { paused: true })
  }

  async resumeDelivery(): Promise<unknown> {
    return this.#ask('POST', '/delivery', { paused: false })
  }

  async #ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text)
  }
}
