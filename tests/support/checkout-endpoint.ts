import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { BillingStack, TestUser } from './billing-stack.ts'
import { callsTo } from './stripe-requests.ts'

/** An order for the Pro plan, monthly. */
export const PRO = { plan: 'pro', interval: 'month' }

/** The call that opens a session, as a fault of Stripe's stand-in names it. */
export const SESSIONS = { route: '/v1/checkout/sessions', method: 'POST' } as const

interface Sent {
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
}

/** Posts to `/api/checkout/session` from an address of its own: an order for Pro, unless `body` is another. */
export function postCheckout(stack: BillingStack, { body, headers = {} }: Sent): Promise<Response> {
  return fetch(`${stack.appUrl}/api/checkout/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': randomUUID(), ...headers },
    body: body ?? JSON.stringify(PRO),
    duplex: 'half',
  } as RequestInit)
}

/** The header of a client that brings a token. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** What a refusal says of itself, once it was seen to be problem details that nobody may keep. */
export async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  const problem = (await response.json()) as { type: string; status: number; fields?: { field: string }[] }
  expect(problem.status).toBe(response.status)
  return { ...problem, type: problem.type.replace('urn:tollgate:problem:', '') }
}

/** Sees that a request was refused so, and that Stripe was not asked for anything. */
export async function expectRefused(
  stack: BillingStack,
  response: Response,
  status: number,
  type: string,
): Promise<void> {
  expect(await problemOf(response)).toMatchObject({ status, type })
  expect(await callsTo(stack.stripe)).toEqual([])
}

/** The sessions on which this user can pay, at Stripe. */
export function openSessionsOf(stack: BillingStack, { id }: TestUser) {
  return [...stack.stripe.state.checkoutSessions.values()].filter(
    (session) => session.client_reference_id === id && session.status === 'open',
  )
}
