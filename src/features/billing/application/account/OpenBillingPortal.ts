import type { ICheckoutRepository } from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import type { IBillingAccounts } from '#src/features/billing/domain/interfaces/IBillingAccounts.ts'
import type { Clock } from '#src/shared/types/clock.ts'

export type OpenBillingPortalResult =
  | { readonly kind: 'opened'; readonly url: string }
  | { readonly kind: 'no_customer' }

/** Opens Stripe's customer portal for the signed-in user: the way to change card and plan, and to cancel. */
export class OpenBillingPortal {
  readonly #accounts: IBillingAccounts
  readonly #checkout: ICheckoutRepository
  readonly #clock: Clock

  constructor(deps: { accounts: IBillingAccounts; checkout: ICheckoutRepository; clock: Clock }) {
    this.#accounts = deps.accounts
    this.#checkout = deps.checkout
    this.#clock = deps.clock
  }

  /** `returnPath` is a path of this app. The customer is the user's own link, never one from a request. */
  async execute({
    userId,
    returnPath,
  }: {
    userId: string
    returnPath: string
  }): Promise<OpenBillingPortalResult> {
    const { customerId } = await this.#accounts.getBillingAccount(userId, this.#clock.now(), 0)
    if (customerId === null) return { kind: 'no_customer' }
    return { kind: 'opened', url: await this.#checkout.createPortalSession(customerId, returnPath) }
  }
}
