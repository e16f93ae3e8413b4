import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { Card, Customer, PaymentMethod } from '../wire.ts'
import type { TestCard } from './cards.ts'
import { createCard } from './payment-methods.ts'

/**
 * A card of the kind that came before payment methods (docs.stripe.com/payments/older-apis#cards). It pays as a
 * payment method of the same id does; the first one of a customer is its default.
 */
export function createSource(account: Account, customer: Customer, testCard: TestCard): Card {
  const id = newId.card()
  const method = createCard(account, testCard, { id })
  account.change(method, { customer: customer.id })
  const card = account.state.cards.add(cardObject(method, customer.id))
  account.emit('customer.source.created', card)
  if (customer.default_source === null) {
    account.change(customer, { default_source: id }, 'customer.updated')
  }
  return card
}

/** Takes the card from its customer; the next one, if there is one, becomes the default. */
export function removeSource(account: Account, customer: Customer, card: Card): void {
  account.state.cards.delete(card.id)
  account.state.paymentMethods.delete(card.id)
  account.emit('customer.source.deleted', card)
  if (customer.default_source !== card.id) return
  const next = [...account.state.cards.values()].find((each) => each.customer === customer.id)
  account.change(customer, { default_source: next?.id ?? null }, 'customer.updated')
}

function cardObject({ id, card }: PaymentMethod, customer: string): Card {
  return {
    id,
    object: 'card',
    address_city: null,
    address_country: null,
    address_line1: null,
    address_line1_check: null,
    address_line2: null,
    address_state: null,
    address_zip: null,
    address_zip_check: null,
    brand: BRANDS[card?.brand ?? ''] ?? 'Unknown',
    country: card?.country ?? null,
    customer,
    cvc_check: card?.checks?.cvc_check ?? null,
    dynamic_last4: null,
    exp_month: card?.exp_month ?? 1,
    exp_year: card?.exp_year ?? 2030,
    fingerprint: card?.fingerprint ?? null,
    funding: card?.funding ?? 'credit',
    last4: card?.last4 ?? '',
    metadata: {},
    name: null,
    regulated_status: 'unregulated',
    tokenization_method: null,
  }
}

const BRANDS: Readonly<Record<string, string>> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'MasterCard',
  unionpay: 'UnionPay',
  visa: 'Visa',
}
