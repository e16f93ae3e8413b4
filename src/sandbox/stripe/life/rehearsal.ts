import { Account } from '../account.ts'
import { DEFAULT_DELIVERY, Delivery } from '../delivery/delivery.ts'
import { Poster } from '../delivery/post.ts'
import { Faults } from '../faults/faults.ts'
import { IN_MEMORY } from '../persistence/journal.ts'
import { Scheduler } from '../scheduler.ts'

/**
 * Runs `work` on a copy of the account, as if it were `moment` (default now; seconds since 1970). What it does there is
 * seen by nobody, delivers nothing and leaves no trace; objects are copied as they are looked at, so it costs what it
 * touches. It is how a preview equals what is then billed: both run the same code.
 */
export function rehearse<T>(account: Account, work: (copy: Account) => T, moment = account.now): T {
  const state = account.state.overlay()
  const scheduler = new Scheduler()
  const copy = new Account({
    state,
    clock: account.clock,
    scheduler,
    delivery: new Delivery({
      state,
      clock: account.clock,
      scheduler,
      faults: new Faults(state, () => undefined),
      poster: new Poster(),
      journal: IN_MEMORY,
      options: DEFAULT_DELIVERY,
      afterPlan: () => undefined,
    }),
  })
  copy.url = account.url
  return copy.within({ moment, version: account.version }, () => work(copy))
}
