import { API_VERSION } from '../wire.ts'

/**
 * The versions of the API that a request or a webhook endpoint may ask for, oldest first. Their names begin with their
 * dates, so they compare as text. Source: the SDK's `WebhookEndpointCreateParams.ApiVersion`; what each changed:
 * docs.stripe.com/changelog.
 */
export const API_VERSIONS = [
  '2024-06-20',
  '2024-09-30.acacia',
  '2024-10-28.acacia',
  '2024-11-20.acacia',
  '2024-12-18.acacia',
  '2025-01-27.acacia',
  '2025-02-24.acacia',
  '2025-03-31.basil',
  '2025-04-30.basil',
  '2025-05-28.basil',
  '2025-06-30.basil',
  '2025-07-30.basil',
  '2025-08-27.basil',
  '2025-09-30.clover',
  '2025-10-29.clover',
  '2025-11-17.clover',
  '2025-12-15.clover',
  '2026-01-28.clover',
  '2026-02-25.clover',
  '2026-03-25.dahlia',
  '2026-04-22.dahlia',
  '2026-05-27.dahlia',
  '2026-06-24.dahlia',
  '2026-07-29.dahlia',
  '2026-08-26.dahlia',
  '2026-09-30.endive',
  API_VERSION,
] as const

export type ApiVersion = (typeof API_VERSIONS)[number]

/**
 * What a request's parameters are held to: its own version, or null where it names none. One without a version is
 * answered in the account's default and may use the parameters of any version.
 */
export type RequestVersion = ApiVersion | null

/** The version of this name, or null where there is none. */
export function apiVersionOf(name: string): ApiVersion | null {
  return API_VERSIONS.find((version) => version === name) ?? null
}

/** Whether a parameter that was removed in `removedIn` may still be sent. */
export function isBefore(version: RequestVersion, removedIn: ApiVersion): boolean {
  return version === null || version < removedIn
}
