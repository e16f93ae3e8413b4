import type { Receipt } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import type { Trial } from '#src/features/billing/domain/trial/Trial.ts'
import { formatMoney } from '#src/shared/ui/format-money.ts'

/** What became of the money, as the beginning of a sentence, and as a row of the receipt. */
export interface ReceiptLine {
  readonly text: string
  /** Null where what the checkout asked for is not what was paid: the invoice says that. */
  readonly row: { readonly label: string; readonly value: string } | null
}

/** What the buyer is told of their payment, right after it. */
export function receiptLine({ amountTotal, currency, arrived }: Receipt, trial: Trial | null): ReceiptLine {
  if (trial?.verdict === 'card_had_one' && !trial.isOpen) {
    return {
      text: 'The trial is once for each card and this card has had one, so your plan is paid from today',
      row: null,
    }
  }
  const value = formatMoney(amountTotal, currency)
  if (amountTotal === 0) return { text: 'Nothing was charged today', row: { label: 'Paid today', value } }
  return arrived
    ? { text: 'Your payment arrived', row: { label: 'Paid today', value } }
    : { text: 'Your payment is on its way', row: { label: 'On its way', value } }
}
