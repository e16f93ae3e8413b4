import { BillingError } from '#src/features/billing/domain/errors.ts'
import { type Check, type Finding, findings } from './Finding.ts'

/** Makes every check at once. One that cannot be made is a failure of its own and keeps no other from being made. */
export async function examine(checks: readonly Check[]): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map((check) => attempt(check)))
  return found.flat()
}

async function attempt(check: Check): Promise<readonly Finding[]> {
  try {
    return await check.run()
  } catch (error) {
    const says = error instanceof BillingError ? error.message : nameOf(error)
    return [findings(check.name).failure(`${says}: ${reasonOf(error)}`, MENDS[codeOf(error)] ?? 'Try again.')]
  }
}

const MENDS: Readonly<Record<string, string>> = {
  stripe_refused: 'Check STRIPE_SECRET_KEY and, of a restricted key, its permissions.',
  stripe_unavailable: 'Try again; see status.stripe.com.',
  database_refused: 'Check SUPABASE_SECRET_KEY, and apply the migrations: supabase db push',
  database_unavailable: 'Check NEXT_PUBLIC_SUPABASE_URL, and apply the migrations: supabase db push',
}

function codeOf(error: unknown): string {
  return error instanceof BillingError ? error.code : ''
}

/** The vendor's code or the error's name: its message may repeat what it was given. */
function reasonOf(error: unknown): string {
  const cause = error instanceof BillingError ? error.cause : error
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') {
    return cause.code || nameOf(cause)
  }
  return nameOf(cause)
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
