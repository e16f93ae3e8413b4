import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { OpenBillingPortal } from '#src/features/billing/application/account/OpenBillingPortal.ts'
import {
  ACCOUNT_INVOICES_MAX,
  ReadBillingAccount,
} from '#src/features/billing/application/account/ReadBillingAccount.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { StripeCheckoutAdapter } from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import {
  APP_URL,
  type Buyer,
  type CheckoutHarness,
  startCheckoutHarness,
} from '#tests/support/checkout-harness.ts'

let harness: CheckoutHarness
let user: Buyer
let somebodyElse: Buyer

beforeAll(async () => {
  harness = await startCheckoutHarness()
}, 30_000)
afterAll(() => harness.close())
beforeEach(async () => {
  await harness.reset()
  user = await harness.addUser()
  somebodyElse = await harness.addUser()
})

/** Buys Pro, and applies all that Stripe has to tell of it. */
async function subscribe() {
  const process = harness.startProcess()
  const result = await process.create(user, { plan: 'pro', interval: 'month' })
  harness.stripe.pay(result.kind === 'created' ? result.session.sessionId : '')
  for (const event of harness.eventsOf()) await process.apply.execute(event)
}

const accountOf = ({ id }: Buyer) =>
  new ReadBillingAccount({ accounts: harness.database, clock: harness.clock, policy }).execute(id)

function openPortal({ id }: Buyer) {
  const checkout = new StripeCheckoutAdapter({
    stripe: harness.client,
    appUrl: APP_URL,
    environment: 'local',
  })
  const portal = new OpenBillingPortal({ accounts: harness.database, checkout, clock: harness.clock })
  return portal.execute({ userId: id, returnPath: '/account/billing' })
}

test('an account shows what its user has, with the invoices, straight from Postgres', async () => {
  await subscribe()
  const account = await accountOf(user)
  expect(account).toMatchObject({
    hasCustomer: true,
    mayTry: false,
    entitlements: { layer: 'postgres', active: [{ plan: 'pro', status: 'active' }] },
    invoices: [{ status: 'paid', amountDue: 1_900, amountPaid: 1_900, currency: 'eur' }],
  })
  const [invoice] = harness.stripe.state.invoices.values()
  expect(account.invoices[0]?.createdAt).toBe((invoice?.created ?? 0) * 1000)
})

test('I7: an account shows nothing of anybody else’s', async () => {
  await subscribe()
  expect(await accountOf(somebodyElse)).toMatchObject({
    hasCustomer: false,
    mayTry: true,
    entitlements: { active: [], held: [], features: ['projects'] },
    invoices: [],
  })
})

test('an account shows its newest invoices, up to a bound', async () => {
  await subscribe()
  await harness.supabase.sql(
    `insert into subscription_invoices select 'in_' || n, $1, 'sub_1', 'paid', null, n::text, 1, 1, 'eur', null, null,
      now() + n * interval '1 day', now() from generate_series(1, $2::int) n`,
    [user.id, ACCOUNT_INVOICES_MAX],
  )
  const numbers = (await accountOf(user)).invoices.map(({ number }) => number)
  expect(numbers).toEqual(
    Array.from({ length: ACCOUNT_INVOICES_MAX }, (_, n) => String(ACCOUNT_INVOICES_MAX - n)),
  )
})

test('the customer portal opens for the user’s own customer, and comes back to a path of ours', async () => {
  await subscribe()
  const opened = await openPortal(user)
  const [session] = harness.stripe.state.portalSessions.values()
  expect(opened).toEqual({ kind: 'opened', url: session?.url })
  expect(session).toMatchObject({
    customer: [...harness.stripe.state.customers.values()][0]?.id,
    return_url: `${APP_URL}/account/billing`,
  })
})

test('who never bought has no portal, and nothing is made at Stripe', async () => {
  expect(await openPortal(user)).toEqual({ kind: 'no_customer' })
  expect(harness.stripe.state.customers.size).toBe(0)
})
