/** The `type` of Stripe's error body: docs.stripe.com/api/errors. */
export type StripeErrorType =
  | 'api_error'
  | 'card_error'
  | 'idempotency_error'
  | 'invalid_request_error'
  | 'rate_limit_error'

export interface StripeErrorFields {
  status: number
  type: StripeErrorType
  message: string
  code?: string
  param?: string
  decline_code?: string
  charge?: string
  payment_intent?: unknown
  payment_method?: unknown
  setup_intent?: unknown
}

/** A refusal in Stripe's own form. The API answers it as `{error: {...}}` under `status`. */
export class StripeError extends Error {
  readonly fields: StripeErrorFields

  constructor(fields: StripeErrorFields) {
    super(fields.message)
    this.name = 'StripeError'
    this.fields = fields
  }

  get status(): number {
    return this.fields.status
  }

  /** Whether it passes by itself, so that a client does well to send the same request again. */
  get isRetryable(): boolean {
    return this.fields.code === 'idempotency_key_in_use' || this.fields.code === 'lock_timeout'
  }

  /** The JSON body. `doc_url` follows from the code, as Stripe's does. */
  get body(): { error: Record<string, unknown> } {
    const { status: _, ...error } = this.fields
    const documentation = error.code
      ? { doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}` }
      : {}
    return { error: { ...error, ...documentation } }
  }
}

function invalidRequest(message: string, code?: string, param?: string, status = 400): StripeError {
  return new StripeError({
    status,
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  })
}

/** 400 without a code of its own: the parameters are well-formed but do not fit together. */
export function refused(message: string, param?: string, code?: string): StripeError {
  return invalidRequest(message, code, param)
}

export function parameterUnknown(param: string): StripeError {
  return invalidRequest(`Received unknown parameter: ${param}`, 'parameter_unknown', param)
}

export function parameterMissing(param: string): StripeError {
  return invalidRequest(`Missing required param: ${param}.`, 'parameter_missing', param)
}

export function parameterEmpty(param: string): StripeError {
  return invalidRequest(
    `You passed an empty string for '${param}'. Empty values unset a parameter, and '${param}' cannot be unset. ` +
      'Leave it out or give it a value.',
    'parameter_invalid_empty',
    param,
  )
}

/** 400 for a parameter that Stripe has and this sandbox does not: better than pretending. */
export function notEmulated(param: string): StripeError {
  return invalidRequest(`This sandbox does not emulate the parameter: ${param}`, 'parameter_unknown', param)
}

/** 404 when the id stands in the path, 400 when it is a parameter, as Stripe answers. */
export function noSuch(kind: string, id: string, param = 'id'): StripeError {
  return invalidRequest(`No such ${kind}: '${id}'`, 'resource_missing', param, param === 'id' ? 404 : 400)
}

export function unknownUrl(method: string, path: string): StripeError {
  return invalidRequest(`Unrecognized request URL (${method}: ${path}).`, undefined, undefined, 404)
}

export function unauthorized(key: string | null): StripeError {
  return key === null
    ? invalidRequest('You did not provide an API key in the Authorization header.', undefined, undefined, 401)
    : invalidRequest(`Invalid API Key provided: ${redact(key)}`, undefined, undefined, 401)
}

function redact(key: string): string {
  const shown = key.slice(0, 8)
  return key.length <= 12 ? `${shown}****` : `${shown}${'*'.repeat(8)}${key.slice(-4)}`
}

export function idempotencyMismatch(key: string): StripeError {
  return new StripeError({
    status: 400,
    type: 'idempotency_error',
    message: `The idempotency key '${key}' was first used with other parameters. Use another key for another request.`,
  })
}

export function idempotencyInFlight(key: string): StripeError {
  return new StripeError({
    status: 409,
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `Another request with the idempotency key '${key}' is still in progress.`,
  })
}

export function rateLimited(message: string): StripeError {
  return new StripeError({ status: 429, type: 'rate_limit_error', code: 'rate_limit', message })
}

/** What the API answers for a failure of its own. */
export function apiError(message: string, status = 500): StripeError {
  return new StripeError({ status, type: 'api_error', message })
}
