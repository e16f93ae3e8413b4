import { type NextRequest, NextResponse } from 'next/server'
import { sessionCookieOptions } from '#src/infrastructure/auth/session-cookie.ts'
import { REFRESH_FAILED_HEADER, refreshSession } from '#src/infrastructure/auth/session-refresh.ts'
import { readConfig } from '#src/infrastructure/config/env.ts'
import { PATH_HEADER } from './app/request-path.ts'
import { otherLoopbackName, pageHeaders } from './app/security-headers.ts'

/** Longest address that is answered, in characters. */
const URL_MAX = 2_048

/**
 * Runs before every page and API route but the webhooks: renews the session cookie where it is about to expire, and
 * sets the headers that differ from answer to answer. It decides nothing about access: each page and action does.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { appUrl, stripe, supabase } = readConfig()
  const { pathname, search } = request.nextUrl
  if (pathname.length + search.length > URL_MAX) return new NextResponse(null, { status: 414 })
  const origin = otherLoopbackName(request.headers.get('host'), appUrl)
  if (origin !== null) return NextResponse.redirect(`${origin}${pathname}${search}`)

  const refresh = await refreshSession(request.cookies.getAll(), {
    supabaseUrl: supabase.url,
    publishableKey: supabase.publishableKey,
    cookie: sessionCookieOptions(appUrl),
  })
  for (const { name, value } of refresh.cookies) request.cookies.set(name, value)

  const added = pageHeaders(pathname, {
    nonce: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64'),
    appUrl,
    stripeBase: stripe.apiBase,
    development: process.env.NODE_ENV === 'development',
  })
  const forwarded = new Headers(request.headers)
  // Next reads the nonce from here and puts it on its scripts and styles.
  forwarded.set('Content-Security-Policy', added['Content-Security-Policy'] ?? '')
  forwarded.set(PATH_HEADER, `${pathname}${search}`)
  forwarded.delete(REFRESH_FAILED_HEADER)
  if (refresh.failed) forwarded.set(REFRESH_FAILED_HEADER, '1')

  const response = NextResponse.next({ request: { headers: forwarded } })
  for (const [name, value] of Object.entries(added)) response.headers.set(name, value)
  for (const { name, value, options } of refresh.cookies) response.cookies.set(name, value, options)
  return response
}

export const config = {
  // Webhooks are authenticated by their signature, over the bytes as they came; static files belong to nobody.
  matcher: '/((?!api/webhooks/|_next/static/|icon\\.svg$).*)',
}
