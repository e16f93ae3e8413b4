import type { Context } from 'hono'
import type { SandboxCore } from '../../core.ts'
import { StripeError } from '../../errors.ts'
import type { Customer, PortalConfiguration, PortalSession, Subscription } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { layout, messagePage } from '../layout.ts'
import type { Notices } from '../notices.ts'
import { type Operate, operate } from '../operation.ts'

/** A customer in the portal: what the session allows, and the request at hand. */
export interface Visit {
  readonly core: SandboxCore
  readonly notices: Notices
  readonly context: Context
  readonly session: PortalSession
  readonly customer: Customer
  readonly configuration: PortalConfiguration
  /** The path of the portal's home. */
  readonly home: string
}

/** The visit behind a request, or null where there is no such session. */
export function visitOf(core: SandboxCore, notices: Notices, context: Context): Visit | null {
  const { state } = core.account
  const session = state.portalSessions.get(context.req.param('id') ?? '')
  const customer = state.customers.get(session?.customer ?? '')
  const configuration = state.portalConfigurations.get(String(session?.configuration))
  if (session === undefined || customer === undefined || configuration === undefined) return null
  return { core, notices, context, session, customer, configuration, home: `/p/session/${session.id}` }
}

/** The subscription that the path names, where it is the customer's and still runs. */
export function subscriptionOf({ core, context, customer }: Visit): Subscription | null {
  const subscription = core.account.state.subscriptions.get(context.req.param('subscription') ?? '')
  return subscription?.customer === customer.id && subscription.ended_at === null ? subscription : null
}

/** The moment by which the subscription lives: that of its test clock, or the sandbox's. Seconds since 1970. */
export function nowOf({ core: { account } }: Visit, subscription: Subscription): number {
  return account.onClockOf(subscription.id, () => account.now)
}

/** Answers with a page of the portal. */
export async function showPortal(
  visit: Visit,
  page: { title: string; body: Html; status?: 200 | 402 | 422 },
): Promise<Response> {
  const { context, core, notices, home } = visit
  const frame = { path: home, notice: notices.get(context.req.query('notice')) }
  return context.html(
    await layout(core.account, `${page.title} (sandbox)`, page.body, frame),
    page.status ?? 200,
  )
}

/** The page for an address that leads nowhere. */
export async function portalNotFound(core: SandboxCore, context: Context): Promise<Response> {
  const text = 'There is no portal session at this address.'
  return context.html(await messagePage(core.account, { title: 'Not found', text }), 404)
}

/** Leads to the portal's home, where it says why something cannot be done. */
export function refuse({ context, home, notices }: Visit, text: string): Response {
  return context.redirect(notices.link(`${home}/home`, { kind: 'refused', text }), 303)
}

/**
 * Does what a form asks and leads on: to where the session's flow wants, else to the portal's home. What the API
 * refuses is said there.
 */
export async function act(visit: Visit, done: string, work: (operate: Operate) => void): Promise<Response> {
  const { context, core, notices, home, session } = visit
  try {
    work((method, path, params) => operate(core, method, path, params))
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    return refuse(visit, error.message)
  }
  const after = session.flow?.after_completion
  if (after?.type === 'redirect' && after.redirect) return context.redirect(after.redirect.return_url, 303)
  if (after?.type === 'hosted_confirmation') {
    return context.html(
      await messagePage(core.account, {
        title: done,
        text: after.hosted_confirmation?.custom_message ?? 'You can close this page.',
        link: session.return_url ? { href: session.return_url, label: 'Continue' } : null,
      }),
    )
  }
  return context.redirect(notices.link(`${home}/home`, { kind: 'done', text: done }), 303)
}

/** The text of a form's field, at most 500 characters. */
export async function formText({ context }: Visit, name: string): Promise<string> {
  const value = (await context.req.parseBody())[name]
  return typeof value === 'string' ? value.slice(0, 500) : ''
}
