import { type Context, Hono } from 'hono'
import type { SandboxCore } from '../../core.ts'
import { StripeError } from '../../errors.ts'
import { changeQuantity, chooseShipping } from '../../life/checkout/change.ts'
import { toggleOptionalItem } from '../../life/checkout/optional-items.ts'
import { type CheckoutResult, confirmCheckout, payCheckout } from '../../life/checkout/pay.ts'
import { applyPromotionCode, removePromotionCode } from '../../life/checkout/session.ts'
import { successUrl } from '../../life/checkout/success-url.ts'
import type { CheckoutSession } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { messagePage } from '../layout.ts'
import { confirmPage } from './confirm.ts'
import { emptyView, fieldErrors, filledView, formOf, readView } from './form.ts'
import { checkoutPage } from './page.ts'
import type { CheckoutView } from './view.ts'

/** The hosted checkout page and the bank's question, under `/c/pay/:id`. Plain forms: no script is needed. */
export function checkoutRoutes(core: SandboxCore): Hono {
  const { account } = core
  const app = new Hono()

  const withOpenSession = async (
    context: Context,
    show: (session: CheckoutSession) => Response | Promise<Response>,
  ): Promise<Response> => {
    const session = account.state.checkoutSessions.get(context.req.param('id') ?? '')
    if (session?.status === 'open') return show(session)
    return context.html(await closedPage(session), session === undefined ? 404 : 410)
  }

  const closedPage = (session: CheckoutSession | undefined): Html => {
    if (session === undefined) {
      return messagePage(account, { title: 'Not found', text: 'There is no checkout page at this address.' })
    }
    if (session.status === 'complete') {
      return messagePage(account, {
        title: 'Already paid',
        text: 'This checkout is complete. It cannot be paid twice.',
        link: { href: successUrl(session), label: 'Continue' },
      })
    }
    return messagePage(account, {
      title: 'This page has expired',
      text: 'Nothing was charged. Go back and start again.',
      link: session.cancel_url ? { href: session.cancel_url, label: 'Go back' } : null,
    })
  }

  const answer = async (
    context: Context,
    session: CheckoutSession,
    view: CheckoutView,
    result: CheckoutResult,
  ): Promise<Response> => {
    core.time.arm()
    switch (result.kind) {
      case 'complete':
        return context.redirect(successUrl(session), 303)
      case 'confirm':
        return context.redirect(`/c/pay/${session.id}/confirm`, 303)
      case 'closed':
        return context.html(await closedPage(session), 410)
      case 'declined': {
        const { code, decline_code: reason, message } = result.decline
        const field = code === 'incorrect_cvc' ? 'cvc' : 'card'
        // The customer of a real page sees the sentence alone; whoever builds one wants the code beside it.
        const errors = { [field]: `${message} (${reason ?? code})` }
        return context.html(await checkoutPage(account, session, { ...view, errors }), 402)
      }
      case 'invalid':
        return context.html(
          await checkoutPage(account, session, { ...view, errors: { [result.field]: result.message } }),
          422,
        )
      case 'total_changed': {
        const notice = 'Taxes have changed the total. Look at it, then pay.'
        const changed = { ...view, notice }
        return context.html(await checkoutPage(account, session, changed), 409)
      }
      default:
        return result satisfies never
    }
  }

  app.get('/:id', (context) =>
    withOpenSession(context, async (session) =>
      context.html(await checkoutPage(account, session, emptyView(account, session))),
    ),
  )
  app.post('/:id', (context) =>
    withOpenSession(context, async (session) => {
      const { view, fill } = readView(session, await context.req.parseBody())
      if (fill !== null)
        return context.html(await checkoutPage(account, session, filledView(account, view, fill)))
      const errors = fieldErrors(account, session, view)
      if (Object.keys(errors).length > 0) {
        return context.html(await checkoutPage(account, session, { ...view, errors }), 422)
      }
      return answer(context, session, view, payCheckout(account, session, formOf(view)))
    }),
  )
  app.post('/:id/promotion', (context) =>
    withOpenSession(context, async (session) => {
      const given = await context.req.parseBody()
      const code = String(given.promotion_code ?? '').slice(0, 500)
      try {
        if (given.remove !== undefined) removePromotionCode(account, session)
        else applyPromotionCode(account, session, code)
      } catch (error) {
        if (!(error instanceof StripeError)) throw error
        const view = {
          ...emptyView(account, session),
          promotionCode: code,
          errors: { promotion_code: error.message },
        }
        return context.html(await checkoutPage(account, session, view), 422)
      }
      return context.redirect(`/c/pay/${session.id}`, 303)
    }),
  )

  app.post('/:id/quantity', (context) =>
    withOpenSession(context, async (session) => {
      const { line, quantity } = await context.req.parseBody()
      changeQuantity(account, session, String(line), Number(quantity))
      return context.redirect(`/c/pay/${session.id}`, 303)
    }),
  )

  app.post('/:id/shipping', (context) =>
    withOpenSession(context, async (session) => {
      chooseShipping(account, session, String((await context.req.parseBody()).rate))
      return context.redirect(`/c/pay/${session.id}`, 303)
    }),
  )

  app.post('/:id/optional', (context) =>
    withOpenSession(context, async (session) => {
      toggleOptionalItem(account, session, String((await context.req.parseBody()).price))
      return context.redirect(`/c/pay/${session.id}`, 303)
    }),
  )

  app.get('/:id/confirm', (context) =>
    withOpenSession(context, async (session) => {
      const waiting = account.state.checkoutDetails.get(session.id)?.confirming
      if (!waiting) return context.redirect(`/c/pay/${session.id}`, 303)
      const method = account.state.paymentMethods.get(waiting.payment_method)
      const question = {
        action: `/c/pay/${session.id}/confirm`,
        amount: session.amount_total ?? 0,
        currency: session.currency ?? 'eur',
        method: { last4: method?.card?.last4 ?? '' },
      }
      return context.html(await confirmPage(account, question))
    }),
  )
  app.post('/:id/confirm', (context) =>
    withOpenSession(context, async (session) => {
      const waiting = account.state.checkoutDetails.get(session.id)?.confirming
      const approved = (await context.req.parseBody()).outcome === 'approve'
      const view = {
        ...emptyView(account, session),
        ...(waiting ? { name: waiting.name, email: waiting.email } : {}),
      }
      return answer(context, session, view, confirmCheckout(account, session, approved))
    }),
  )
  return app
}
