import type { Account } from '../account.ts'
import { newId, randomText } from '../ids.ts'
import type { PaymentMethod } from '../wire.ts'
import { SECONDS_PER_DAY } from './calendar.ts'
import type { TestCard } from './cards.ts'

interface Holder {
  name: string | null
  email: string | null
}

/** A card as the hosted page takes it. It belongs to nobody until it is attached. */
export function createCard(account: Account, card: TestCard, holder: Holder): PaymentMethod {
  const method: PaymentMethod = {
    ...base(account, holder),
    type: 'card',
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: 12,
      exp_year: new Date((account.now + 3 * 365 * SECONDS_PER_DAY) * 1000).getUTCFullYear(),
      fingerprint: randomText(16),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  }
  account.state.cardBehaviours.set(method.id, { off_session: card.offSession })
  return account.state.paymentMethods.add(method)
}

/** A SEPA mandate: pays, but later. */
export function createBankDebit(account: Account, holder: Holder): PaymentMethod {
  const method: PaymentMethod = {
    ...base(account, holder),
    type: 'sepa_debit',
    sepa_debit: {
      bank_code: '37040044',
      branch_code: '',
      country: 'DE',
      fingerprint: randomText(16),
      generated_from: { charge: null, setup_attempt: null },
      last4: '3000',
    },
  }
  account.state.cardBehaviours.set(method.id, { off_session: 'succeeds' })
  return account.state.paymentMethods.add(method)
}

/** Gives the payment method to the customer. */
export function attach(account: Account, method: PaymentMethod, customer: string): void {
  if (method.customer === customer) return
  account.change(method, { customer })
  account.emit('payment_method.attached', method)
}

function base(account: Account, holder: Holder): Omit<PaymentMethod, 'type'> {
  return {
    id: newId.paymentMethod(),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: {
      address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      email: holder.email,
      name: holder.name,
      phone: null,
      tax_id: null,
    },
    created: account.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  }
}
