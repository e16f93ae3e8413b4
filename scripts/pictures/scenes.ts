import type { Page } from 'playwright-core'
import Stripe from 'stripe'
import { CARDS, fillIn, pay, signUp as signUpAs } from '#tests/e2e/steps.ts'
import { eventually } from '../lib/eventually.ts'
import { SandboxControl } from '../lib/sandbox-control.ts'
import type { SandboxEnvironment } from '../lib/stack.ts'

/** One picture: what leads to it. `page` is a new visitor's; the scene leaves it on the page to be shown. */
export interface Scene {
  readonly name: string
  readonly play: (page: Page, stage: Stage) => Promise<void>
}

/** What scenes need beside the visitor's own page. */
export interface Stage {
  readonly sandbox: SandboxControl
  readonly stripe: Stripe
  /** Has Postgres answer the next call of a function with this status. */
  readonly breakNext: (rpc: string, status: number) => Promise<void>
}

export function stageOf(environment: SandboxEnvironment): Stage {
  const base = new URL(environment.STRIPE_API_BASE)
  const faults = new URL('/_sandbox/faults', environment.NEXT_PUBLIC_SUPABASE_URL)
  return {
    sandbox: new SandboxControl(environment.STRIPE_API_BASE),
    stripe: new Stripe(environment.STRIPE_SECRET_KEY, {
      host: base.hostname,
      port: base.port,
      protocol: 'http',
    }),
    breakNext: async (rpc, status) => {
      const fault = { kind: 'status', status, match: rpc, times: 1 }
      await fetch(faults, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      })
    },
  }
}

let people = 0

/** Makes an account for somebody whose address is as long as people's are. */
async function signUp(page: Page): Promise<void> {
  people += 1
  const person = { email: `maya.lind${people}@example.com`, password: crypto.randomUUID() }
  await signUpAs(page, '/insights', person)
}

async function choose(page: Page, button: string, path = '/pricing'): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: button }).first().click()
  await page.waitForURL(/\/c\/pay\/cs_test_/)
}

async function buyPro(page: Page): Promise<void> {
  await signUp(page)
  await choose(page, 'Get Pro')
  await pay(page, CARDS.pays)
  await page.waitForURL(/\/checkout\/success/)
}

async function tryTeam(page: Page, card: string): Promise<void> {
  await signUp(page)
  await choose(page, 'Try Team for 14 days')
  await fillIn(page, card)
  await page.getByRole('button', { name: 'Start trial' }).click()
  await page.waitForURL(/\/checkout\/success/)
}

/** Two people with one card: the page is the second one's, whose trial is not to be. */
async function tryTeamTwice(page: Page, card: string): Promise<void> {
  await tryTeam(page, card)
  await page.context().clearCookies()
  await tryTeam(page, card)
}

/** The id of the Checkout session whose page this is. */
function sessionOf(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** The id of the subscription whose page this is, as the account shows it. */
async function subscriptionOf(page: Page): Promise<string> {
  await page.goto('/account/billing')
  const text = await page.getByText(/^sub_/).first().textContent()
  return text ?? ''
}

/** Opens the account again and again until it says this. */
async function accountSaying(page: Page, text: string | RegExp): Promise<void> {
  const seen = async () => {
    await page.goto('/account/billing')
    return page.getByText(text).count()
  }
  await eventually(`${text} on the account`, seen, (count) => count > 0)
}

const visit = (name: string, path: string): Scene => ({
  name,
  play: async (page) => {
    await page.goto(path)
  },
})

const visitSignedIn = (name: string, path: string): Scene => ({
  name,
  play: async (page) => {
    await signUp(page)
    await page.goto(path)
  },
})

const visitBought = (name: string, path: string): Scene => ({
  name,
  play: async (page) => {
    await buyPro(page)
    await page.goto(path)
  },
})

/** Every page in every state that looks different. Those that move time on stand at the end. */
export const scenes: readonly Scene[] = [
  visit('home', '/'),
  visit('pricing', '/pricing'),
  visit('pricing-yearly', '/pricing?interval=year'),
  visitBought('pricing-bought', '/pricing'),
  visitSignedIn('pricing-refused', '/pricing?feature=insights&return_to=%2Finsights'),
  visitSignedIn('pricing-continue', '/pricing?notice=continue&plan=team&quantity=3'),
  visitSignedIn('pricing-unavailable', '/pricing?notice=unavailable&plan=pro'),
  visit('sign-in', '/sign-in'),
  {
    name: 'sign-in-refused',
    play: async (page) => {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail address').fill('somebody@example.com')
      await page.getByLabel('Password').fill('not her password')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('do not go together').waitFor()
    },
  },
  {
    name: 'sign-up-refused',
    play: async (page) => {
      await page.goto('/sign-up')
      await page.getByLabel('E-mail address').fill('somebody@example.com')
      await page.getByLabel('Password').fill('short')
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.getByText('Choose a longer password').waitFor()
    },
  },
  visit('paywall', '/insights'),
  visitBought('insights', '/insights'),
  {
    name: 'stripe-checkout',
    play: async (page) => {
      await signUp(page)
      await choose(page, 'Get Pro')
    },
  },
  {
    name: 'stripe-declined',
    play: async (page) => {
      await signUp(page)
      await choose(page, 'Get Pro')
      await pay(page, CARDS.isDeclined)
      await page.getByText('declined').first().waitFor()
    },
  },
  {
    name: 'stripe-trial',
    play: async (page) => {
      await signUp(page)
      await choose(page, 'Try Team for 14 days')
    },
  },
  { name: 'success', play: async (page) => buyPro(page) },
  {
    name: 'success-waiting',
    play: async (page) => {
      await signUp(page)
      await choose(page, 'Buy 30-day pass')
      await page.getByLabel('Bank debit, settles a day later').check()
      await page.getByLabel('Name', { exact: true }).fill('Maya Lind')
      await page.getByRole('button', { name: 'Pay €25' }).click()
      await page.waitForURL(/\/checkout\/success/)
    },
  },
  {
    name: 'success-unfinished',
    play: async (page) => {
      await signUp(page)
      await choose(page, 'Get Pro')
      await page.goto(`/checkout/success?session_id=${sessionOf(page)}`)
    },
  },
  { name: 'success-trial', play: async (page) => tryTeam(page, CARDS.isAnotherThatPays) },
  { name: 'success-trial-paid', play: async (page) => tryTeamTwice(page, CARDS.pays) },
  { name: 'success-trial-refused', play: async (page) => tryTeamTwice(page, CARDS.cannotBeCharged) },
  visitSignedIn('cancelled', '/checkout/cancelled?plan=pro&interval=month'),
  visitSignedIn('account-empty', '/account/billing'),
  visitBought('account', '/account/billing'),
  {
    name: 'account-trial-refused',
    play: async (page) => {
      await tryTeamTwice(page, CARDS.cannotBeCharged)
      await page.goto('/account/billing')
    },
  },
  {
    name: 'account-outage',
    play: async (page, { breakNext }) => {
      await buyPro(page)
      await breakNext('get_billing_account', 503)
      await page.goto('/account/billing')
    },
  },
  {
    name: 'error',
    play: async (page, { breakNext }) => {
      await buyPro(page)
      await breakNext('get_billing_account', 400)
      await page.goto('/account/billing')
    },
  },
  visit('not-found', '/nothing-here'),
  {
    name: 'account-cancelled',
    play: async (page, { stripe }) => {
      await buyPro(page)
      await stripe.subscriptions.update(await subscriptionOf(page), { cancel_at_period_end: true })
      await accountSaying(page, 'does not renew')
    },
  },
  {
    name: 'account-held',
    play: async (page, { stripe }) => {
      await buyPro(page)
      await stripe.subscriptions.pause(await subscriptionOf(page), { type: 'subscription' })
      await accountSaying(page, 'on hold')
    },
  },
  {
    name: 'paywall-held',
    play: async (page, { stripe }) => {
      await buyPro(page)
      await stripe.subscriptions.pause(await subscriptionOf(page), { type: 'subscription' })
      await accountSaying(page, 'on hold')
      await page.goto('/insights')
    },
  },
  {
    name: 'account-past-due',
    play: async (page, { sandbox }) => {
      await signUp(page)
      await choose(page, 'Get Pro')
      await sandbox.payOnce(sessionOf(page))
      await sandbox.advanceToNextRenewal()
      // The renewal's invoice is a draft for an hour, and charged then.
      await sandbox.advance(2 * 3_600)
      await accountSaying(page, 'did not go through')
    },
  },
]
