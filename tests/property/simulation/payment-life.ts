import { actOnMoney, takeMoney } from './money-life.ts'
import type { ModelSession } from './objects.ts'
import type { SourceTimeline } from './SourceTimeline.ts'
import { type Act, isMoneyAct } from './spec.ts'

const AMOUNT = 2_500
const FAILED = 'checkout.session.async_payment_failed'

/** A one-time purchase from its session on: paid at once, free, or by a method that settles later. */
export function livePayment(line: SourceTimeline): void {
  const { start, lookupKey, life } = line.spec
  const metadata = { ...line.metadata(true), tollgate_lookup_key: lookupKey }
  const id = line.id('cs')
  const charge = start === 'paid' ? takeMoney(line, AMOUNT, id, line.id('pi')) : null
  line.put(
    {
      kind: 'checkout_session',
      id,
      mode: 'payment',
      status: 'complete',
      paymentStatus: start === 'paid' ? 'paid' : start === 'free' ? 'no_payment_required' : 'unpaid',
      customer: line.user.customerId,
      clientReferenceId: line.user.userId,
      subscription: null,
      paymentIntent: charge?.paymentIntent ?? (start === 'unpaid' ? line.id('pi') : null),
      amountTotal: start === 'free' ? 0 : AMOUNT,
      created: line.now,
      metadata,
    },
    'checkout.session.completed',
  )
  line.close()
  for (const { act, gap } of life) {
    line.now += gap
    actOnPayment(line, act)
    line.close()
  }
}

function actOnPayment(line: SourceTimeline, act: Act): void {
  const session = line.get('checkout_session')[0]
  if (session === undefined) return
  if (isMoneyAct(act)) actOnMoney(line, act)
  else if (session.paymentStatus === 'unpaid' && !line.hasSaid(FAILED)) {
    if (act === 'settle') settle(line, session)
    // Stays complete and unpaid for good: nothing can settle it any more.
    else if (act === 'settlement_fails') line.say(FAILED, session)
  }
}

function settle(line: SourceTimeline, session: ModelSession): void {
  if (session.paymentIntent === null) return
  takeMoney(line, AMOUNT, session.id, session.paymentIntent)
  line.put({ ...session, paymentStatus: 'paid' }, 'checkout.session.async_payment_succeeded')
}
