import type { ICheckoutRepository } from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type {
  ForgetAnswer,
  IForgottenUsers,
} from '#src/features/billing/domain/interfaces/IForgottenUsers.ts'
import type { IStripeCancellations } from '#src/features/billing/domain/interfaces/IStripeCancellations.ts'
import type { IUserAccounts } from '#src/features/billing/domain/interfaces/IUserAccounts.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { Clock } from '#src/shared/types/clock.ts'

/** What would go on without a user, and what is done about it. */
export interface ForgetPlan {
  readonly userId: string
  readonly isForgotten: boolean
  readonly signsIn: boolean
  readonly customerId: string | null
  /** Subscriptions that would go on charging, and sessions that could still be paid. */
  readonly subscriptions: readonly string[]
  readonly openSessions: readonly string[]
  /** Whether the subscriptions are cancelled, or only told (`policy.forget`). */
  readonly subscriptionsAre: Policy['forget']['subscriptions']
}

export type ForgetResult = { readonly outcome: ForgetAnswer['outcome']; readonly plan: ForgetPlan }

/**
 * A user is deleted (F82): what would go on charging them ends at Stripe first, since afterwards nobody knows whose it
 * is; then their rows lose their names, the cache their access, and Supabase Auth the account. Each step may be done
 * twice, so what was cut off is begun anew.
 */
export class ForgetUser {
  readonly #users: IForgottenUsers
  readonly #cancellations: IStripeCancellations
  readonly #checkout: Pick<ICheckoutRepository, 'listOpenSessions' | 'expireSession'>
  readonly #accounts: IUserAccounts
  readonly #memory: IEventMemory
  readonly #policy: Policy
  readonly #clock: Clock

  constructor(deps: {
    users: IForgottenUsers
    cancellations: IStripeCancellations
    checkout: Pick<ICheckoutRepository, 'listOpenSessions' | 'expireSession'>
    accounts: IUserAccounts
    memory: IEventMemory
    policy: Policy
    clock: Clock
  }) {
    this.#users = deps.users
    this.#cancellations = deps.cancellations
    this.#checkout = deps.checkout
    this.#accounts = deps.accounts
    this.#memory = deps.memory
    this.#policy = deps.policy
    this.#clock = deps.clock
  }

  /** What would be done; null where billing knows of nobody of this id. Changes nothing. Throws `BillingError`. */
  async plan(userId: string): Promise<ForgetPlan | null> {
    const obligations = await this.#users.obligations(userId)
    if (obligations === null) return null
    const { customerId } = obligations
    const [subscriptions, openSessions] =
      customerId === null
        ? [[], []]
        : await Promise.all([
            this.#cancellations.listLiveSubscriptions(customerId),
            this.#checkout.listOpenSessions(customerId),
          ])
    return {
      userId,
      ...obligations,
      subscriptions,
      openSessions,
      subscriptionsAre: this.#policy.forget.subscriptions,
    }
  }

  /** Null where billing knows of nobody of this id. Durable when it is returned. Throws `BillingError`. */
  async execute(request: { userId: string; operator: string; reason: string }): Promise<ForgetResult | null> {
    const plan = await this.plan(request.userId)
    if (plan === null) return null
    for (const sessionId of plan.openSessions) await this.#checkout.expireSession(sessionId)
    if (plan.subscriptionsAre === 'cancelled') {
      for (const id of plan.subscriptions) await this.#cancellations.cancelSubscription(id)
    }
    const answer = await this.#users.forget({ ...request, now: this.#clock.now() })
    if (answer.outcome !== 'unknown_user') await this.#memory.remember(null, answer.entitlements)
    if (plan.signsIn) await this.#accounts.deleteUser(request.userId)
    return { outcome: answer.outcome, plan }
  }
}
