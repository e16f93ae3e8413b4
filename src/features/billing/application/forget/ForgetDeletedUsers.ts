import type { IForgottenUsers } from '#src/features/billing/domain/interfaces/IForgottenUsers.ts'
import type { ErrorReporter } from '#src/shared/types/log.ts'
import type { ForgetUser } from './ForgetUser.ts'

/**
 * The most users that are forgotten without a person asking. More at once look like a database that was restored
 * without its users, and a subscription that was cancelled is not brought back: then nobody is forgotten.
 */
export const DELETED_USERS_MAX = 20

/** What one call has done; `tooMany` where it did nothing. */
export type DeletedUsersForgotten =
  | { readonly kind: 'forgotten'; readonly count: number }
  | { readonly kind: 'too_many' }

/** Forgets the users whom Supabase Auth does not have any more, whoever deleted them there and by what way (F82). */
export class ForgetDeletedUsers {
  readonly #users: IForgottenUsers
  readonly #forgetUser: ForgetUser
  readonly #errors: ErrorReporter

  constructor(deps: { users: IForgottenUsers; forgetUser: ForgetUser; errors: ErrorReporter }) {
    this.#users = deps.users
    this.#forgetUser = deps.forgetUser
    this.#errors = deps.errors
  }

  /** Throws `BillingError`; who was forgotten by then stays so. */
  async execute(): Promise<DeletedUsersForgotten> {
    const deleted = await this.#users.deletedUsers(DELETED_USERS_MAX + 1)
    if (deleted.length > DELETED_USERS_MAX) {
      this.#errors.report(new Error('too many users are gone to be forgotten unasked'), {
        reason: 'deleted_users',
      })
      return { kind: 'too_many' }
    }
    for (const userId of deleted) {
      const done = await this.#forgetUser.execute({
        userId,
        operator: 'scheduled check',
        reason: 'deleted in Supabase Auth',
      })
      if (done?.plan.subscriptionsAre === 'reported' && done.plan.subscriptions.length > 0) {
        this.#errors.report(
          new Error(`a deleted user is charged on: ${done.plan.subscriptions.join(', ')}`),
          {
            user_id: userId,
            reason: 'forgotten_user_pays',
          },
        )
      }
    }
    return { kind: 'forgotten', count: deleted.length }
  }
}
