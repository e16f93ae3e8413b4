import type { Context, MiddlewareHandler } from 'hono'
import { isLoopbackHost } from './loopback.ts'

const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Refuses a request whose `Host` is not a loopback name: a site whose name was made to resolve to this machine (DNS
 * rebinding) reaches nothing. `refuse` answers in the service's own form.
 */
export function loopbackHostOnly(refuse: (context: Context) => Response): MiddlewareHandler {
  return (context, next) => (isLoopbackHost(hostOf(context)) ? next() : Promise.resolve(refuse(context)))
}

/**
 * Refuses a change that a page of another origin sends: a browser names the page's origin with each form and fetch, a
 * program names none. Loopback alone is no protection, since every site that a person visits can post to it.
 */
export function ownPagesOnly(refuse: (context: Context) => Response): MiddlewareHandler {
  return (context, next) =>
    CHANGES.has(context.req.method) && isForeign(context) ? Promise.resolve(refuse(context)) : next()
}

function isForeign(context: Context): boolean {
  const origin = context.req.header('origin')
  if (origin !== undefined) return origin !== new URL(context.req.url).origin
  const site = context.req.header('sec-fetch-site')
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

function hostOf(context: Context): string {
  const host = context.req.header('host') ?? ''
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
}
