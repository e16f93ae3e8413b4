import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../money/pay.ts'
import { type Visitor, visitorOf } from '../pages/visitor.ts'
import { openShop, type Shop } from '../shop.ts'
import { CARD_FIELDS, pathOf, sellBook } from './book-shop.ts'

type CustomField = Stripe.Checkout.SessionCreateParams.CustomField

let shop: Shop
let visitor: Visitor

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
beforeEach(() => {
  shop.sandbox.reset()
  shop.forget()
})
afterAll(() => shop.sandbox.close())

const sell = (more: Partial<Stripe.Checkout.SessionCreateParams>) => sellBook(shop, more)
const refresh = ({ id }: { id: string }) => shop.stripe.checkout.sessions.retrieve(id)
const label = (custom: string) => ({ type: 'custom', custom }) as const

const ENGRAVING: CustomField = {
  key: 'engraving',
  label: label('Engraving'),
  type: 'text',
  text: { maximum_length: 10 },
}
const PAPER: CustomField = {
  key: 'paper',
  label: label('Paper'),
  type: 'dropdown',
  optional: true,
  dropdown: { options: [{ label: 'Thick', value: 'thick' }] },
}
const BADGE: CustomField = {
  key: 'badge',
  label: label('Badge'),
  type: 'numeric',
  numeric: { minimum_length: 3 },
}

describe('custom fields', () => {
  it('are asked on the page, and what is filled in stands in the session', async () => {
    const session = await sell({ custom_fields: [ENGRAVING, PAPER, BADGE] })
    const page = await visitor.open(pathOf(session))
    await visitor.send(pathOf(session), {
      ...CARD_FIELDS,
      custom_engraving: 'For Ada',
      custom_paper: 'thick',
      custom_badge: '0042',
    })

    expect(page.text).toContain('Engraving')
    const paid = await refresh(session)
    expect(paid.status).toBe('complete')
    expect(paid.custom_fields).toMatchObject([
      { key: 'engraving', text: { value: 'For Ada', maximum_length: 10 } },
      { key: 'paper', dropdown: { value: 'thick' } },
      { key: 'badge', numeric: { value: '0042' } },
    ])
  })

  it.each([
    ['a required one is empty', { custom_engraving: '' }, 'Engraving: this is required.'],
    ['a text is too long', { custom_engraving: 'For Ada Lovelace' }, 'Enter at most 10 characters.'],
    ['a number is none', { custom_badge: '4x2' }, 'Enter digits only.'],
    ['a number is too short', { custom_badge: '42' }, 'Enter at least 3 characters.'],
    ['a choice is not offered', { custom_paper: 'thin' }, 'Paper: choose one of these.'],
  ])('hold the payment where %s', async (_, fields, message) => {
    const session = await sell({ custom_fields: [ENGRAVING, PAPER, BADGE] })
    const answer = await visitor.send(pathOf(session), {
      ...CARD_FIELDS,
      custom_engraving: 'For Ada',
      custom_badge: '0042',
      ...fields,
    })

    expect(answer.status).toBe(422)
    expect(answer.text).toContain(message)
    await expect(refresh(session)).resolves.toMatchObject({ status: 'open' })
  })

  it.each([
    ['four of them', [1, 2, 3, 4].map((number) => ({ ...ENGRAVING, key: `k${number}` })), 'custom_fields'],
    ['one key twice', [ENGRAVING, ENGRAVING], 'custom_fields[1][key]'],
    ['a key with a space', [{ ...ENGRAVING, key: 'a b' }], 'custom_fields[0][key]'],
    [
      'a dropdown of a text',
      [{ ...ENGRAVING, dropdown: { options: [{ label: 'Thick', value: 'thick' }] } }],
      'custom_fields[0][dropdown]',
    ],
  ])('are refused: %s', async (_, custom_fields, param) => {
    await expect(refusal(sell({ custom_fields }))).resolves.toMatchObject({ statusCode: 400, param })
  })
})
