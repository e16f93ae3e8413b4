import type Stripe from 'stripe'
import { type Check, findings } from '#src/features/billing/application/doctor/Finding.ts'
import type { Diagnosis } from '#src/infrastructure/db/diagnosis.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { callStripe } from '../stripe/stripe-errors.ts'

/** From here on a clock is worth a look; from there on signatures are about to be refused (300 s to both sides). */
export const CLOCK_SKEW_WARNING_MS = 10_000
export const CLOCK_SKEW_FAILURE_MS = 120_000

/** F79: this machine's clock agrees with Stripe's and Postgres's. */
export function clockCheck({
  stripe,
  diagnose,
  clock,
  realClock,
}: {
  readonly stripe: Stripe
  readonly diagnose: () => Promise<Diagnosis>
  /** The app's clock, which follows a sandbox's; Postgres has the real one. */
  readonly clock: Clock
  readonly realClock: Clock
}): Check {
  const name = 'clocks'
  const { ok, warning, failure } = findings(name)
  const judge = (whose: string, skewMs: number) => {
    const says = `this machine is ${Math.abs(Math.round(skewMs / 1000))} s ${skewMs > 0 ? 'ahead of' : 'behind'} ${whose}`
    const mend = 'Let the machine keep its time by NTP: timedatectl set-ntp true'
    if (Math.abs(skewMs) >= CLOCK_SKEW_FAILURE_MS) return failure(says, mend)
    return Math.abs(skewMs) >= CLOCK_SKEW_WARNING_MS
      ? warning(says, mend)
      : ok(`this machine agrees with ${whose}`)
  }
  return {
    name,
    run: async () => {
      const stripesMs = await callStripe(async () => {
        const { lastResponse } = await stripe.events.list({ limit: 1 })
        return Date.parse(lastResponse.headers.date ?? '')
      })
      const againstStripe = judge('Stripe', clock.now() - stripesMs)
      const { now } = await diagnose()
      return [againstStripe, judge('Postgres', realClock.now() - now)]
    },
  }
}
