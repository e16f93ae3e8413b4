// Another stand-in for Stripe that somebody has started on this machine, asked the same as ours.

import type { Agent } from 'node:http'
import { ask } from './post-all.ts'

/** What a request of the bench is about. */
export interface Stock {
  readonly price: string
  readonly subscription: string
}

export interface BenchCall {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** A stand-in by its address, with what it has been filled with. */
export interface Beside {
  readonly url: string
  readonly headers: Record<string, string>
  readonly stock: Stock
}

const HEADERS = {
  authorization: 'Bearer sk_test_beside',
  'content-type': 'application/x-www-form-urlencoded',
}

/** Fills the stand-in at `url` with a plan and a subscription, by requests that the oldest stand-ins know. */
export async function besideAt(agent: Agent, url: string): Promise<Beside> {
  const post = async (path: string, body: string) => {
    const { id } = JSON.parse(await ask(agent, 'POST', url + path, body, HEADERS)) as { id: string }
    return id
  }
  const price = await post('/v1/plans', 'product[name]=Pro&currency=eur&amount=1900&interval=month')
  const customer = await post('/v1/customers', 'source=tok_visa')
  const subscription = await post('/v1/subscriptions', `customer=${customer}&items[0][plan]=${price}`)
  return { url, headers: HEADERS, stock: { price, subscription } }
}

/** Whether the stand-in answers this at all. */
export async function isAnswered(agent: Agent, { url, headers }: Beside, call: BenchCall): Promise<boolean> {
  return ask(agent, call.method, url + call.path, call.body, headers).then(
    () => true,
    () => false,
  )
}
