import type { Check, Finding } from '#src/features/billing/application/doctor/Finding.ts'
import { findings } from '#src/features/billing/application/doctor/Finding.ts'
import type { Diagnosis } from '#src/infrastructure/db/diagnosis.ts'

/** F92: every migration of this code is applied; says which is not. */
export function migrationsCheck(
  diagnose: () => Promise<Diagnosis>,
  readMigrations: () => Promise<readonly string[]>,
): Check {
  const name = 'migrations'
  const { ok, failure, skipped } = findings(name)
  return {
    name,
    run: async () => {
      const expected = await readMigrations()
      const { migrations } = await diagnose()
      if (migrations === null) return [skipped("the database keeps no record of Supabase's tools")]
      const missing = expected.filter((file) => !migrations.includes(versionOf(file)))
      if (missing.length === 0) return [ok(`all ${expected.length} are applied`)]
      return [failure(`not applied: ${missing.join(', ')}`, 'supabase db push')]
    },
  }
}

/** What stands before the first underscore, as Supabase's tools record it. */
function versionOf(file: string): string {
  return file.split('_', 1)[0] ?? file
}

/** F32, F34: users read what is theirs, and write and call nothing. */
export function accessCheck(diagnose: () => Promise<Diagnosis>): Check {
  const name = 'row level security'
  const { ok, failure } = findings(name)
  return {
    name,
    run: async () => {
      const { tables_without_rls, tables_written_by_users, functions_of_users } = await diagnose()
      const found: Finding[] = [
        ...tables_without_rls.map((table) =>
          failure(
            `off, or not forced, on ${table}`,
            `alter table public.${table} enable row level security, force row level security;`,
          ),
        ),
        ...tables_written_by_users.map((table) =>
          failure(
            `users may write ${table}`,
            `revoke insert, update, delete, truncate on public.${table} from anon, authenticated;`,
          ),
        ),
        ...functions_of_users.map((name) =>
          failure(
            `users may call ${name}`,
            `revoke execute on function public.${name} from public, anon, authenticated;`,
          ),
        ),
      ]
      return found.length > 0 ? found : [ok('forced on every table; users write and call nothing')]
    },
  }
}
