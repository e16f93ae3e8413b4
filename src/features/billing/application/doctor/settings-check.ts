import { type Check, findings } from './Finding.ts'

/** Keys that only a server may have: Stripe's secret and restricted keys, its signing secrets, Supabase's secret keys. */
const SECRET = /^(sk|rk)_(test|live)_|^whsec_|^sb_secret_/

/** Variables that Next puts into what browsers load, and that hold a secret all the same. */
export function publicSecrets(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith('NEXT_PUBLIC_') && value !== undefined && isSecret(value))
    .map(([name]) => name)
}

/** A key of Supabase's older form is a token that names its role. */
function isSecret(value: string): boolean {
  if (SECRET.test(value)) return true
  const claims = Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()
  return /"role"\s*:\s*"service_role"/.test(claims)
}

/** No secret stands where browsers see it. */
export function settingsCheck(environment: Readonly<Record<string, string | undefined>>): Check {
  const name = 'settings'
  const { ok, failure } = findings(name)
  return {
    name,
    run: async () => {
      const leaked = publicSecrets(environment)
      if (leaked.length === 0) return [ok('complete, of one mode, and no secret in a public variable')]
      return leaked.map((variable) =>
        failure(
          `${variable} holds a secret, and every browser gets it`,
          `Take ${variable} out, roll the key that it held, and build again.`,
        ),
      )
    },
  }
}
