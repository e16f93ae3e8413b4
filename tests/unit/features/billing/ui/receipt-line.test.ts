import { expect, test } from 'vitest'
import type { Trial } from '#src/features/billing/domain/trial/Trial.ts'
import { receiptLine } from '#src/features/billing/ui/receipt-line.ts'

const RECEIPT = { amountTotal: 4900, currency: 'eur', arrived: true }
const ENDED: Trial = { subscriptionId: 'sub_1', verdict: 'card_had_one', isOpen: false }

test.each([
  ['has arrived', RECEIPT, null, 'Your payment arrived', { label: 'Paid today', value: '€49' }],
  [
    'is on its way',
    { ...RECEIPT, arrived: false },
    null,
    'Your payment is on its way',
    { label: 'On its way', value: '€49' },
  ],
  [
    'is not yet due',
    { ...RECEIPT, amountTotal: 0 },
    { ...ENDED, verdict: 'first_of_card' },
    'Nothing was charged today',
    { label: 'Paid today', value: '€0' },
  ],
] as const)('what a buyer is told of a payment that %s', (_, receipt, trial, text, row) => {
  expect(receiptLine(receipt, trial)).toEqual({ text, row })
})

test('F89: that the card has had a trial is said, and not that nothing was charged', () => {
  expect(receiptLine({ ...RECEIPT, amountTotal: 0 }, ENDED)).toEqual({
    text: 'The trial is once for each card and this card has had one, so your plan is paid from today',
    row: null,
  })
})
