import { z } from 'zod'
import type { Account, Plans } from '../account.ts'
import type { IdempotencyKeys, KeptAnswer } from '../idempotency.ts'
import { jsonOf } from '../json.ts'
import { restoreState, snapshotOf } from './snapshot.ts'

/** Raised when the file's layout changes in a way that an older reader would misread. */
const FORMAT = 1

/** What a sandbox is made of, beside its ports and sockets. */
export interface KeptParts {
  account: Account
  idempotency: IdempotencyKeys
}

const kept = z.object({
  format: z.literal(FORMAT),
  emitted: z.number(),
  clock: z.object({ offset_ms: z.number(), stands_at_ms: z.number().nullable() }),
  plans: z.custom<Plans>((given) => typeof given === 'object' && given !== null),
  idempotency: z.array(z.custom<KeptAnswer>()).readonly(),
  state: z.record(z.string(), z.array(z.unknown())),
})

/** A sandbox as text: its objects, its time, what is planned, and what answers to keys. */
export function textOf({ account, idempotency }: KeptParts): string {
  return JSON.stringify({
    format: FORMAT,
    emitted: account.emitted,
    clock: { offset_ms: account.clock.offsetMs, stands_at_ms: account.clock.standsAtMs },
    plans: account.plans,
    idempotency: idempotency.answers,
    state: snapshotOf(account.state),
  } satisfies z.infer<typeof kept>)
}

/**
 * Makes the sandbox what the text says. Its time runs on from there, however long nothing ran.
 * @throws Error where the text is none that `textOf` made; nothing has changed then.
 */
export function restoreFrom(text: string, { account, idempotency }: KeptParts): void {
  const parsed = kept.safeParse(jsonOf(text))
  if (!parsed.success) {
    throw new Error(`This is no state of the Stripe sandbox: ${z.prettifyError(parsed.error)}`)
  }
  const { emitted, clock, plans, idempotency: answers, state } = parsed.data
  restoreState(account.state, state)
  account.emitted = emitted
  account.clock.restore(clock.offset_ms, clock.stands_at_ms)
  account.restorePlans(plans)
  idempotency.restore(answers)
}
