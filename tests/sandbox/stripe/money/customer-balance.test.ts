import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { refusal } from './pay.ts'

let shop: Shop
let customer: string

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(async () => {
  shop.sandbox.reset()
  customer = (await shop.stripe.customers.create({ email: 'ada@example.test' })).id
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const fund = (amount: number, more: { currency?: string; reference?: string } = {}) =>
  shop.stripe.testHelpers.customers.fundCashBalance(customer, { amount, currency: 'eur', ...more })

/** A payment of €49.00 that waits for a bank transfer. */
const byTransfer = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  shop.stripe.paymentIntents.create({
    amount: 4_900,
    currency: 'eur',
    customer,
    confirm: true,
    allowed_payment_method_types: ['customer_balance'],
    payment_method_data: { type: 'customer_balance' },
    payment_method_options: {
      customer_balance: {
        funding_type: 'bank_transfer',
        bank_transfer: { type: 'eu_bank_transfer', eu_bank_transfer: { country: 'DE' } },
      },
    },
    ...more,
  })
const refresh = ({ id }: { id: string }) => shop.stripe.paymentIntents.retrieve(id)

describe('the balance of a customer', () => {
  it('is written down line by line, and an invoice uses it', async () => {
    const credit = await shop.stripe.customers.createBalanceTransaction(customer, {
      amount: -500,
      currency: 'eur',
      description: 'Sorry',
    })
    expect(credit).toMatchObject({ amount: -500, ending_balance: -500, type: 'adjustment' })
    await shop.stripe.invoiceItems.create({ customer, amount: 2_000, currency: 'eur' })
    const draft = await shop.stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' })
    const invoice = await shop.stripe.invoices.finalizeInvoice(draft.id)

    expect(invoice).toMatchObject({ total: 2_000, amount_due: 1_500, ending_balance: 0 })
    const { data } = await shop.stripe.customers.listBalanceTransactions(customer)
    expect(data.map(({ amount, ending_balance, type }) => [type, amount, ending_balance])).toEqual([
      ['applied_to_invoice', 500, 0],
      ['adjustment', -500, -500],
    ])
    expect(data[0]?.invoice).toBe(invoice.id)
  })

  it('comes back when the invoice that used it is voided', async () => {
    await shop.stripe.customers.update(customer, { balance: -500 })
    await shop.stripe.invoiceItems.create({ customer, amount: 2_000, currency: 'eur' })
    const draft = await shop.stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' })
    await shop.stripe.invoices.finalizeInvoice(draft.id)
    await shop.stripe.invoices.voidInvoice(draft.id)

    await expect(shop.stripe.customers.retrieve(customer)).resolves.toMatchObject({ balance: -500 })
    const { data } = await shop.stripe.customers.listBalanceTransactions(customer)
    expect(data.map(({ amount, type }) => [type, amount])).toEqual([
      ['unapplied_from_invoice', -500],
      ['applied_to_invoice', 500],
      ['adjustment', -500],
    ])
  })

  it('is in one currency, and its lines change only in what is said of them', async () => {
    const { id } = await shop.stripe.customers.createBalanceTransaction(customer, {
      amount: 100,
      currency: 'eur',
    })
    await shop.stripe.customers.updateBalanceTransaction(customer, id, { description: 'Late fee' })

    await expect(shop.stripe.customers.retrieveBalanceTransaction(customer, id)).resolves.toMatchObject({
      amount: 100,
      description: 'Late fee',
    })
    await expect(
      refusal(shop.stripe.customers.createBalanceTransaction(customer, { amount: 1, currency: 'usd' })),
    ).resolves.toMatchObject({ statusCode: 400, param: 'currency' })
  })
})

describe('a payment by bank transfer', () => {
  it('waits for the money, is funded in part, and succeeds when all of it is there', async () => {
    const intent = await byTransfer()
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: {
        type: 'display_bank_transfer_instructions',
        display_bank_transfer_instructions: {
          amount_remaining: 4_900,
          currency: 'eur',
          financial_addresses: [{ type: 'iban', iban: { country: 'DE' } }],
        },
      },
    })

    await fund(2_000)
    const partly = await refresh(intent)
    expect(partly.next_action?.display_bank_transfer_instructions?.amount_remaining).toBe(2_900)
    shop.forget()
    await fund(3_000)

    await expect(refresh(intent)).resolves.toMatchObject({ status: 'succeeded', amount_received: 4_900 })
    await expect(shop.stripe.customers.retrieveCashBalance(customer)).resolves.toMatchObject({
      available: { eur: 100 },
      settings: { reconciliation_mode: 'automatic', using_merchant_default: true },
    })
    expect(shop.eventTypes()).toEqual([
      'customer_cash_balance_transaction.created',
      'customer_cash_balance_transaction.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
      'cash_balance.funds_available',
    ])
    const { data } = await shop.stripe.customers.listCashBalanceTransactions(customer)
    await expect(
      shop.stripe.customers.retrieveCashBalanceTransaction(customer, data[0]?.id ?? ''),
    ).resolves.toEqual(data[0])
    expect(data.map(({ net_amount, type }) => [type, net_amount])).toEqual([
      ['applied_to_payment', -2_900],
      ['funded', 3_000],
      ['applied_to_payment', -2_000],
      ['funded', 2_000],
    ])
    expect(shop.event('payment_intent.partially_funded').data.object).toMatchObject({ id: intent.id })
  })

  it('that the reference names comes before an older one', async () => {
    const older = await byTransfer()
    const named = await byTransfer({ amount: 3_000 })
    const reference = named.next_action?.display_bank_transfer_instructions?.reference ?? ''
    await fund(3_000, { reference })

    await expect(refresh(named)).resolves.toMatchObject({ status: 'succeeded' })
    await expect(refresh(older)).resolves.toMatchObject({ status: 'requires_action' })
  })

  it('succeeds at once where the customer has the cash already', async () => {
    await fund(5_000)

    await expect(byTransfer()).resolves.toMatchObject({ status: 'succeeded' })
  })

  it('waits for the merchant where cash is reconciled by hand', async () => {
    await shop.stripe.customers.updateCashBalance(customer, { settings: { reconciliation_mode: 'manual' } })
    const intent = await byTransfer()
    await fund(4_900)
    await expect(refresh(intent)).resolves.toMatchObject({ status: 'requires_action' })

    await expect(
      refusal(shop.stripe.paymentIntents.applyCustomerBalance(intent.id, { amount: 5_000 })),
    ).resolves.toMatchObject({ code: 'balance_insufficient' })
    await shop.stripe.paymentIntents.applyCustomerBalance(intent.id, { amount: 900 })
    await shop.stripe.paymentIntents.applyCustomerBalance(intent.id)

    await expect(refresh(intent)).resolves.toMatchObject({ status: 'succeeded', amount_received: 4_900 })
  })

  it('that is canceled gives back what it had', async () => {
    const intent = await byTransfer()
    await fund(2_000)
    await shop.stripe.paymentIntents.cancel(intent.id)

    await expect(shop.stripe.customers.retrieveCashBalance(customer)).resolves.toMatchObject({
      available: { eur: 2_000 },
    })
  })

  it('is refunded into the cash, and the cash goes back to the bank', async () => {
    await fund(4_900)
    const intent = await byTransfer()
    const refund = await shop.stripe.refunds.create({ payment_intent: intent.id, amount: 900 })
    expect(refund).toMatchObject({
      status: 'succeeded',
      destination_details: { type: 'customer_cash_balance' },
    })

    const returned = await shop.stripe.refunds.create({
      origin: 'customer_balance',
      customer,
      currency: 'eur',
      amount: 900,
    })
    expect(returned).toMatchObject({ status: 'pending', charge: null, customer })
    await shop.sandbox.advance({ seconds: 3_600 })

    await expect(shop.stripe.refunds.retrieve(returned.id)).resolves.toMatchObject({ status: 'succeeded' })
    await expect(shop.stripe.customers.retrieveCashBalance(customer)).resolves.toMatchObject({
      available: { eur: 0 },
    })
  })

  it('needs a customer, and to know how the money is sent', async () => {
    await expect(refusal(byTransfer({ payment_method_options: {} }))).resolves.toMatchObject({
      param: 'payment_method_options[customer_balance][bank_transfer][type]',
    })
    await expect(refusal(shop.stripe.refunds.create({ charge: 'ch_none', customer }))).resolves.toMatchObject(
      { param: 'customer' },
    )
  })
})

it('funding instructions name an account that is the customer’s alone', async () => {
  const ask = (country: string) =>
    shop.stripe.customers.createFundingInstructions(customer, {
      funding_type: 'bank_transfer',
      currency: 'eur',
      bank_transfer: { type: 'eu_bank_transfer', eu_bank_transfer: { country } },
    })
  const instructions = await ask('IE')

  expect(instructions.bank_transfer).toMatchObject({
    country: 'IE',
    financial_addresses: [{ type: 'iban', iban: { iban: expect.stringMatching(/^IE99\d{12}$/) } }],
  })
  await expect(ask('IE')).resolves.toMatchObject({ bank_transfer: instructions.bank_transfer })
  await expect(refusal(ask('US'))).resolves.toMatchObject({
    param: 'bank_transfer[eu_bank_transfer][country]',
  })
})

it.each([
  ['gbp', 'gb_bank_transfer', ['sort_code']],
  ['jpy', 'jp_bank_transfer', ['zengin']],
  ['mxn', 'mx_bank_transfer', ['spei']],
  ['usd', 'us_bank_transfer', ['aba', 'swift']],
] as const)('a transfer in %s goes to an account of its country', async (currency, type, kinds) => {
  const intent = await byTransfer({
    currency,
    payment_method_options: { customer_balance: { funding_type: 'bank_transfer', bank_transfer: { type } } },
  })
  const instructions = intent.next_action?.display_bank_transfer_instructions

  expect(instructions?.financial_addresses?.map((address) => address.type)).toEqual(kinds)
})
