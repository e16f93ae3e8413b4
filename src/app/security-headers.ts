/** What the policy of a page depends on. */
export interface PageSecurity {
  /** A fresh random value a response: scripts and styles without it do not run. */
  readonly nonce: string
  /** This app's own origin. */
  readonly appUrl: string
  /** Stripe's address where it is a stand-in on this machine, else null. */
  readonly stripeBase: string | null
  /** `next dev` evaluates code and writes styles into the page; a built app does neither. */
  readonly development: boolean
}

/** Stripe's hosted pages: a form of ours may end there by redirect, and nowhere else outside. */
const STRIPE_PAGES = ['https://checkout.stripe.com', 'https://billing.stripe.com']

/** How long browsers are to insist on https, in seconds: two years. */
const HSTS_MAX_AGE_S = 63_072_000

/** The content security policy of one response. No card field and no script of Stripe's is on our pages. */
export function contentSecurityPolicy({ nonce, appUrl, stripeBase, development }: PageSecurity): string {
  const stripePages = stripeBase === null ? STRIPE_PAGES : [...STRIPE_PAGES, new URL(stripeBase).origin]
  const directives = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' ${stripePages.join(' ')}`,
  ]
  if (isHttps(appUrl)) directives.push('upgrade-insecure-requests')
  return directives.join('; ')
}

/** The headers of a page or an API answer at `pathname` that depend on the request or the configuration. */
export function pageHeaders(pathname: string, security: PageSecurity): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(security),
    // Every page shows who is signed in.
    'Cache-Control': 'private, no-store',
    // The address of the page after the checkout holds the session's id.
    ...(pathname.startsWith('/checkout/') && { 'Referrer-Policy': 'no-referrer' }),
    ...(isHttps(security.appUrl) && {
      'Strict-Transport-Security': `max-age=${HSTS_MAX_AGE_S}; includeSubDomains`,
    }),
  }
}

/**
 * Where to send a visitor who came by another name of this machine (localhost instead of 127.0.0.1), or null. Cookies and the
 * way back from Stripe belong to the configured origin, so the other name would look signed out.
 */
export function otherLoopbackName(host: string | null, appUrl: string): string | null {
  const app = new URL(appUrl)
  const asked = host === null ? null : URL.parse(`${app.protocol}//${host}`)
  if (asked === null || asked.host === app.host || asked.port !== app.port) return null
  return LOOPBACK_NAMES.has(asked.hostname) && LOOPBACK_NAMES.has(app.hostname) ? app.origin : null
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

function isHttps(url: string): boolean {
  return new URL(url).protocol === 'https:'
}
