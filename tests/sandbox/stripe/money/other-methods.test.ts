import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { METHOD_TYPES } from '#src/sandbox/stripe/method-types.ts'
import { visitorOf } from '../pages/visitor.ts'
import { openShop, type Shop } from '../shop.ts'
import { control } from './control.ts'
import { pay, RETURN_URL, refusal } from './pay.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const refresh = ({ id }: { id: string }) => shop.stripe.paymentIntents.retrieve(id)

/** The types that need more than their name. */
const FACTS: Readonly<Record<string, object>> = {
  acss_debit: { account_number: '000123456789', institution_number: '000', transit_number: '11000' },
  au_becs_debit: { account_number: '000123456', bsb_number: '000000' },
  bacs_debit: { account_number: '00012345', sort_code: '108800' },
  boleto: { tax_id: '000.000.000-00' },
  fpx: { bank: 'maybank2u' },
  nz_bank_account: { account_number: '0000000', bank_code: '11', branch_code: '0000', suffix: '010' },
  sofort: { country: 'DE' },
}
const PLAIN = METHOD_TYPES.filter((type) => !['card', 'sepa_debit', 'us_bank_account'].includes(type))

describe('a payment method', () => {
  it.each(PLAIN)('of type %s is made of what Stripe asks for it', async (type) => {
    const method = await shop.stripe.paymentMethods.create({ type, [type]: FACTS[type] ?? {} })

    expect(method).toMatchObject({ type, customer: null })
    expect(method).toHaveProperty(type)
  })

  it('of an account needs the whole number, and one of another account is not shared', async () => {
    await expect(
      refusal(shop.stripe.paymentMethods.create({ type: 'bacs_debit', bacs_debit: { sort_code: '108800' } })),
    ).resolves.toMatchObject({ param: 'bacs_debit[account_number]' })
    await expect(
      refusal(shop.stripe.paymentMethods.create({ payment_method: 'pm_card_visa', type: 'card' })),
    ).resolves.toMatchObject({ param: 'payment_method' })
  })
})

describe('a payment that sends its customer to a page of its own', () => {
  const redirected = () =>
    shop.stripe.paymentIntents.create({
      amount: 4_900,
      currency: 'eur',
      confirm: true,
      allowed_payment_method_types: ['ideal'],
      payment_method_data: { type: 'ideal' },
      return_url: RETURN_URL,
    })

  it('succeeds when the customer has paid there', async () => {
    const intent = await redirected()
    const path = new URL(String(intent.next_action?.redirect_to_url?.url)).pathname
    const visitor = visitorOf(shop.sandbox)
    const page = await visitor.open(path)
    const back = await visitor.send(path, { outcome: 'approve' })

    expect(page.text).toContain('pay €49 with ideal')
    expect(back.location).toContain('redirect_status=succeeded')
    const paid = await shop.stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] })
    expect(paid).toMatchObject({
      status: 'succeeded',
      latest_charge: { id: expect.stringMatching(/^py_/), payment_method_details: { type: 'ideal' } },
    })
  })

  it('that the customer gives up waits for another method', async () => {
    const intent = await redirected()
    await control(shop, `/intents/${intent.id}/answer`, { outcome: 'failed' })

    await expect(refresh(intent)).resolves.toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    })
  })

  it('is made in the currencies of the method alone', async () => {
    const attempt = shop.stripe.paymentIntents.create({
      amount: 4_900,
      currency: 'usd',
      allowed_payment_method_types: ['ideal'],
    })

    await expect(refusal(attempt)).resolves.toMatchObject({ param: 'allowed_payment_method_types' })
  })
})

describe('microdeposits', () => {
  const account = {
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: 'individual',
      account_number: '000123456789',
      routing_number: '110000000',
    },
    billing_details: { name: 'Ada' },
  } as const
  const options = { us_bank_account: { verification_method: 'microdeposits' } } as const
  const accepted = { customer_acceptance: { type: 'offline' } } as const
  const debit = () =>
    shop.stripe.paymentIntents.create({
      amount: 4_900,
      currency: 'usd',
      confirm: true,
      allowed_payment_method_types: ['us_bank_account'],
      payment_method_data: account,
      payment_method_options: options,
      mandate_data: accepted,
    })

  it('show whose account it is before it is debited', async () => {
    const intent = await debit()
    expect(intent.next_action).toMatchObject({
      type: 'verify_with_microdeposits',
      verify_with_microdeposits: { microdeposit_type: 'descriptor_code' },
    })
    await expect(
      refusal(shop.stripe.paymentIntents.verifyMicrodeposits(intent.id, { amounts: [1, 2] })),
    ).resolves.toMatchObject({ code: 'payment_method_microdeposit_verification_amounts_mismatch' })

    await shop.stripe.paymentIntents.verifyMicrodeposits(intent.id, { amounts: [32, 45] })
    await expect(refresh(intent)).resolves.toMatchObject({ status: 'processing' })
    await shop.sandbox.advance({ seconds: 86_400 })
    await expect(refresh(intent)).resolves.toMatchObject({ status: 'succeeded' })
    await expect(debit()).resolves.toMatchObject({ status: 'processing' })
  })

  it('save an account by the code beside them', async () => {
    const intent = await shop.stripe.setupIntents.create({
      confirm: true,
      allowed_payment_method_types: ['us_bank_account'],
      payment_method_data: account,
      payment_method_options: options,
      mandate_data: accepted,
      flow_directions: ['inbound'],
      single_use: { amount: 4_900, currency: 'usd' },
    })
    expect(intent).toMatchObject({ status: 'requires_action', flow_directions: ['inbound'] })
    const verified = await shop.stripe.setupIntents.verifyMicrodeposits(intent.id, {
      descriptor_code: 'SM11AA',
    })

    expect(verified).toMatchObject({ status: 'succeeded', mandate: null })
    await expect(shop.stripe.mandates.retrieve(String(verified.single_use_mandate))).resolves.toMatchObject({
      type: 'single_use',
      single_use: { amount: 4_900, currency: 'usd' },
    })
  })

  it.each([
    ['SM33CC', 'attempts_exceeded'],
    ['SM44DD', 'timeout'],
    ['SM00ZZ', 'descriptor_code_mismatch'],
  ])('with the code %s end in %s', async (descriptor_code, reason) => {
    const intent = await debit()

    await expect(
      refusal(shop.stripe.paymentIntents.verifyMicrodeposits(intent.id, { descriptor_code })),
    ).resolves.toMatchObject({ code: `payment_method_microdeposit_verification_${reason}` })
  })
})

describe('what an amount is made of', () => {
  const books = { product_name: 'A book', quantity: 3, unit_cost: 1_500 }

  it('is kept beside the payment, with its lines', async () => {
    const intent = await pay(shop, 'pm_card_visa', {
      amount_details: { line_items: [books], shipping: { amount: 400 }, discount_amount: 0 },
      payment_details: { order_reference: 'order 7' },
    })

    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_details: { shipping: { amount: 400, from_postal_code: null }, tip: {} },
      payment_details: { customer_reference: null, order_reference: 'order 7' },
    })
    await expect(shop.stripe.paymentIntents.listAmountDetailsLineItems(intent.id)).resolves.toMatchObject({
      data: [{ ...books, tax: null }],
    })
  })

  it('must come to the amount, unless the request only wants to be told', async () => {
    const details = { line_items: [books] }
    await expect(refusal(pay(shop, 'pm_card_visa', { amount_details: details }))).resolves.toMatchObject({
      code: 'amount_details_amount_mismatch',
    })

    await expect(
      pay(shop, 'pm_card_visa', { amount_details: { ...details, enforce_arithmetic_validation: false } }),
    ).resolves.toMatchObject({ amount_details: { error: { code: 'amount_details_amount_mismatch' } } })
  })
})
