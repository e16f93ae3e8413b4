import { mayTry } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type { IBillingAccounts } from '#src/features/billing/domain/interfaces/IBillingAccounts.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { BillingAccount } from './BillingAccount.ts'

/** How many invoices the account page shows; older ones are in Stripe's customer portal. */
export const ACCOUNT_INVOICES_MAX = 24

/** Reads what a customer may know of their own billing: always from Postgres, so that it is never stale. */
export class ReadBillingAccount {
  readonly #accounts: IBillingAccounts
  readonly #clock: Clock
  readonly #policy: Policy

  constructor(deps: { accounts: IBillingAccounts; clock: Clock; policy: Policy }) {
    this.#accounts = deps.accounts
    this.#clock = deps.clock
    this.#policy = deps.policy
  }

  /** The account of this user, which must be the signed-in one. Throws `BillingError`. */
  async execute(userId: string): Promise<BillingAccount> {
    const now = this.#clock.now()
    const account = await this.#accounts.getBillingAccount(userId, now, ACCOUNT_INVOICES_MAX)
    return {
      entitlements: decideEntitlements(account.entitlements, now, 'postgres'),
      invoices: account.invoices,
      hasCustomer: account.customerId !== null,
      mayTry: mayTry(account.subscribedBefore, this.#policy),
      paidFromFirstDay: account.trials
        .filter(({ verdict, isOpen }) => verdict === 'card_had_one' && !isOpen)
        .map(({ subscriptionId }) => subscriptionId),
    }
  }
}
