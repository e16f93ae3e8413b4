import { z } from 'zod'
import type {
  ForgetAnswer,
  ForgetRequest,
  IForgottenUsers,
  Obligations,
} from '#src/features/billing/domain/interfaces/IForgottenUsers.ts'
import { ask, instant } from './ask.ts'
import { EntitlementsRow } from './rows.ts'
import type { CallFunction } from './supabase-rpc.ts'

const ObligationsRow = z
  .object({ forgotten: z.boolean(), signs_in: z.boolean(), customer_id: z.string().nullable() })
  .transform(
    ({ forgotten, signs_in, customer_id }): Obligations => ({
      isForgotten: forgotten,
      signsIn: signs_in,
      customerId: customer_id,
    }),
  )

const ForgetRow = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['forgotten', 'already_forgotten']), entitlements: EntitlementsRow }),
  z.object({ outcome: z.literal('unknown_user') }),
])

/** Users who were deleted, through their SQL functions. */
export class ForgottenUsers implements IForgottenUsers {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async obligations(userId: string): Promise<Obligations | null> {
    return ask(this.#call, ObligationsRow.nullable(), 'get_obligations', { p_user_id: userId })
  }

  async forget({ userId, operator, reason, now }: ForgetRequest): Promise<ForgetAnswer> {
    return ask(this.#call, ForgetRow, 'forget_user', {
      p_user_id: userId,
      p_operator: operator,
      p_reason: reason,
      p_now: instant(now),
    })
  }

  async deletedUsers(limit: number): Promise<readonly string[]> {
    return ask(this.#call, z.array(z.string()), 'list_deleted_users', { p_limit: limit })
  }
}
