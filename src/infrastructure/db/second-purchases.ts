import { z } from 'zod'
import type {
  ISecondPurchases,
  SecondPurchase,
} from '#src/features/billing/domain/interfaces/ISecondPurchases.ts'
import { ask, instant } from './ask.ts'
import type { CallFunction } from './supabase-rpc.ts'

const SecondPurchaseRows = z.array(
  z
    .object({ user_id: z.string(), plan: z.string(), source_ids: z.array(z.string()) })
    .transform(
      ({ user_id, plan, source_ids }): SecondPurchase => ({ userId: user_id, plan, sourceIds: source_ids }),
    ),
)

/** What was bought twice, through its SQL function. */
export class SecondPurchases implements ISecondPurchases {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async list(limit: number, now: number): Promise<readonly SecondPurchase[]> {
    return ask(this.#call, SecondPurchaseRows, 'list_second_purchases', {
      p_limit: limit,
      p_now: instant(now),
    })
  }
}
