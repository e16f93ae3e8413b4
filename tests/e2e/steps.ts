import type { Page } from 'playwright-core'

/** Test cards, by what they do. */
export const CARDS = {
  pays: '4242 4242 4242 4242',
  isAnotherThatPays: '5555 5555 5555 4444',
  isDeclined: '4000 0000 0000 0002',
  cannotBeCharged: '4000 0000 0000 0341',
} as const

/** What a person signs up with. */
export interface Person {
  readonly email: string
  readonly password: string
}

/** A person who has not been here before. */
export function somebody(): Person {
  return { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() }
}

/** Makes an account on the page, as a visitor who came for `returnTo`, and waits until that page is there. */
export async function signUp(page: Page, returnTo = '/insights', person = somebody()): Promise<Person> {
  await page.goto(`/sign-up?${new URLSearchParams({ return_to: returnTo })}`)
  await page.getByLabel('E-mail address').fill(person.email)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.waitForURL((url) => url.pathname + url.search === returnTo)
  return person
}

/** Clicks the plan's button on the plans and waits for Stripe's page. */
export async function choosePro(page: Page): Promise<void> {
  await page.goto('/pricing')
  await page.getByRole('article', { name: 'Pro' }).getByRole('button', { name: 'Get Pro' }).click()
  await page.waitForURL(/\/c\/pay\/cs_test_/)
}

/** The fields of Stripe's form and what is typed into them. */
export function paymentFields(card: string): readonly (readonly [label: string, text: string])[] {
  return [
    ['Card number', card],
    ['Expires', '12 / 34'],
    ['CVC', '123'],
    ['Name', 'Maya Lind'],
  ]
}

/** Fills Stripe's form. */
export async function fillIn(page: Page, card: string): Promise<void> {
  for (const [label, text] of paymentFields(card)) await page.getByLabel(label, { exact: true }).fill(text)
}

/** Fills Stripe's form and sends it. */
export async function pay(page: Page, card: string): Promise<void> {
  await fillIn(page, card)
  await page.getByRole('button', { name: 'Subscribe' }).click()
}

/** Signs up and buys Pro; the page then shows the success page. */
export async function buyPro(page: Page): Promise<void> {
  await signUp(page)
  await choosePro(page)
  await pay(page, CARDS.pays)
  await page.waitForURL(/\/checkout\/success/)
}
