import { html } from 'hono/html'
import type { Account } from '../../account.ts'
import type { Html } from '../elements.ts'
import { money } from '../format.ts'
import { layout } from '../layout.ts'

export interface BankQuestion {
  /** Where the answer goes. */
  action: string
  /** In the currency's minor unit; 0 where the card is only saved. */
  amount: number
  currency: string
  /** What is paid with: the last digits of a card, or the type of another method. */
  method: { last4: string } | { type: string }
}

/** The page on which the bank asks whether the customer meant it (3-D Secure). */
export function confirmPage(account: Account, question: BankQuestion): Html {
  const { action, amount, currency, method } = question
  const what = amount > 0 ? `pay ${money(amount, currency)}` : 'let this card be charged later'
  return layout(
    account,
    'Confirm with your bank (sandbox)',
    html`<main class="narrow" id="content">
      <p class="muted small">Pretend bank</p>
      <h1>Confirm the payment</h1>
      ${
        'last4' in method
          ? html`<p>Do you want to ${what} with the card that ends in <span class="figure">${method.last4}</span>?</p>`
          : html`<p>Do you want to ${what} with ${method.type.replaceAll('_', ' ')}?</p>`
      }
      <form method="post" action="${action}" class="stack">
        <button class="button primary wide" name="outcome" value="approve">Approve</button>
        <button class="button quiet wide" name="outcome" value="fail">Fail authentication</button>
      </form>
    </main>`,
  )
}
