import type { Account } from './account.ts'
import { refused, unknownUrl } from './errors.ts'
import { type FormHash, parseForm } from './form.ts'
import { findRoute } from './routes.ts'
import { type ApiVersion, apiVersionOf, type RequestVersion } from './versions/api-version.ts'
import { API_VERSION } from './wire.ts'

/** One request as it came in over HTTP. */
export interface ApiRequest {
  method: string
  path: string
  /** Without the question mark. */
  query: string
  body: string
  header: (name: string) => string | undefined
}

/** The version that the answer to a request with this header is in. */
export function shownVersion(name: string | undefined): ApiVersion {
  return apiVersionOf(name ?? '') ?? API_VERSION
}

/** The version that the request names, or null. @throws StripeError 400 for one that does not exist. */
export function requestVersion(request: ApiRequest): RequestVersion {
  const name = request.header('stripe-version')
  if (name === undefined) return null
  const version = apiVersionOf(name)
  if (version === null) throw refused(`Invalid Stripe API version: ${name.slice(0, 50)}`)
  return version
}

/** What a request asks for. */
export interface Call {
  run: (account: Account, id: string) => object
  id: string
  expand: string[]
  /** What may name the objects that it is about: the id in the path, and the parameters. */
  named: readonly unknown[]
}

/** Everything that can be refused before anything is done. */
export function prepare(request: ApiRequest, version: RequestVersion): Call {
  const match = findRoute(request.method, request.path)
  if (match === null) throw unknownUrl(request.method, request.path)
  const given = parameters(request)
  const expand = expandOf(given)
  const prepared = match.endpoint.prepare(given, version)
  const run: Call['run'] = (account, id) => prepared(account, id, match.innerId)
  return { run, id: match.id, expand, named: [match.id, ...Object.values(given)] }
}

function parameters(request: ApiRequest): FormHash {
  if (request.method !== 'POST') return parseForm(request.query)
  const type = request.header('content-type') ?? ''
  if (request.body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw refused('Invalid request: the content type of a POST is application/x-www-form-urlencoded')
  }
  return { ...parseForm(request.query), ...parseForm(request.body) }
}

function expandOf(given: FormHash): string[] {
  const { expand } = given
  delete given.expand
  if (expand === undefined) return []
  if (!Array.isArray(expand) || !expand.every((path) => typeof path === 'string')) {
    throw refused('Invalid array', 'expand')
  }
  return expand
}

/** The key of `Authorization: Bearer key`, or the user name of `Basic`. */
export function apiKeyOf(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? '').split(' ')
  if (!value) return null
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() !== 'basic') return null
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0] || null
}
