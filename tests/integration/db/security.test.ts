import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BillingOfUser, billingOfUser } from '#tests/support/billing-of-user.ts'
import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPostgresDatabase, type PostgresDatabase } from '#tests/support/postgres-database.ts'

/** Everything that a user may read, and nothing else: a table or column without a row here must be closed to them. */
const READABLE_BY_USERS: readonly string[] = [
  'user_entitlements.expires_at',
  'user_entitlements.grants_access',
  'user_entitlements.plan',
  'user_entitlements.plan_version',
  'user_entitlements.quantity',
  'user_entitlements.source_kind',
  'user_entitlements.status',
  'user_entitlements.user_id',
]

/** Every function that the service role may call. */
const CALLABLE_BY_THE_SERVICE: readonly string[] = [
  'advance_reconcile_run',
  'apply_stripe_event',
  'check_laws',
  'claim_outbox',
  'close_checkout_attempt',
  'compare_customers',
  'compare_invoices',
  'compare_reversals',
  'compare_sources',
  'explain_user',
  'forget_user',
  'get_billing_account',
  'get_diagnosis',
  'get_obligations',
  'get_outbox',
  'get_reconcile_run',
  'get_stripe_event',
  'get_user_entitlements',
  'grant_entitlement',
  'judge_trial',
  'link_stripe_customer',
  'list_deleted_users',
  'list_open_trials',
  'list_second_purchases',
  'list_stripe_events',
  'list_unseen_sources',
  'open_checkout_attempt',
  'preview_stripe_events',
  'purge_stripe_payloads',
  'renew_checkout_attempt',
  'reserve_checkout_attempt',
  'revive_outbox',
  'revoke_entitlement',
  'settle_outbox',
  'start_reconcile_run',
]

let database: PostgresDatabase
let mine: BillingOfUser
let theirs: BillingOfUser

beforeAll(async () => {
  database = await createPostgresDatabase()
  mine = await billingOfUser(overSql(database))
  theirs = await billingOfUser(overSql(database))
  await mine.apply(mine.subscription({ at: 100 }))
  await theirs.apply(theirs.subscription({ at: 100 }))
})
afterAll(() => database.close())

/** Asks as PostgREST does for a user: as a role, with the claims of their token. */
async function as(role: 'anon' | 'authenticated', userId: string | null, sql: string) {
  const client = await database.connect()
  try {
    await client.query('begin')
    await client.query(`set local role ${role}`)
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: userId, role }),
    ])
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function column(sql: string): Promise<string[]> {
  return (await database.query(sql)).map(({ name }) => String(name)).toSorted()
}

const tables = () =>
  column(
    "select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'",
  )

describe('I7: what a user can do with their own token', () => {
  it('F32: they read their own entitlements, and not those of others', async () => {
    const rows = await as('authenticated', mine.userId, 'select user_id, plan from public.user_entitlements')

    expect(rows).toEqual([{ user_id: mine.userId, plan: 'pro' }])
  })

  it('F84: who has no user id reads nothing', async () => {
    expect(await as('authenticated', null, 'select plan from public.user_entitlements')).toEqual([])
  })

  it('the columns that they can read are these', async () => {
    expect(
      await column(`select table_name || '.' || column_name as name from information_schema.column_privileges
        where table_schema = 'public' and grantee = 'authenticated' and privilege_type = 'SELECT'`),
    ).toEqual(READABLE_BY_USERS)
  })

  it('F33: they write nothing, and who is signed out does nothing at all', async () => {
    expect(
      await column(`select table_name || ' ' || grantee || ' ' || privilege_type as name
        from information_schema.role_table_grants where table_schema = 'public' and grantee in ('anon', 'authenticated')`),
    ).toEqual([])
    expect(
      await column(`select grantee as name from information_schema.column_privileges
        where table_schema = 'public' and (grantee = 'anon' or (grantee = 'authenticated' and privilege_type <> 'SELECT'))`),
    ).toEqual([])
  })

  it.each(['anon', 'authenticated'] as const)('F33: %s cannot change a row', async (role) => {
    await expect(
      as(role, mine.userId, "update public.user_entitlements set plan = 'team'"),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(as(role, mine.userId, 'delete from public.user_entitlements')).rejects.toMatchObject({
      code: '42501',
    })
  })

  it.each(['anon', 'authenticated'] as const)('F34: %s can call no function of ours', async (role) => {
    expect(
      await column(`select p.proname as name from pg_proc p
        where p.pronamespace in ('public'::regnamespace, 'billing'::regnamespace)
          and has_function_privilege('${role}', p.oid, 'execute')
          and has_schema_privilege('${role}', p.pronamespace, 'usage')`),
    ).toEqual([])
  })

  it('F84: a function that is made later is closed to them as well', async () => {
    await database.query("create function public.made_later() returns integer language sql as 'select 1'")

    await expect(as('anon', null, 'select public.made_later()')).rejects.toMatchObject({ code: '42501' })
    await database.query('drop function public.made_later()')
  })
})

describe('the tables', () => {
  it('have row level security, forced, without exception', async () => {
    expect(
      await column(`select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity and relforcerowsecurity`),
    ).toEqual(await tables())
  })

  it('have one policy: users read what is theirs', async () => {
    expect(
      await column("select tablename || ' ' || cmd as name from pg_policies where schemaname = 'public'"),
    ).toEqual(['user_entitlements SELECT'])
  })

  it('are written by no role: the service reads, and calls functions', async () => {
    expect(
      await column(`select distinct privilege_type as name from information_schema.role_table_grants
        where table_schema = 'public' and grantee = 'service_role'`),
    ).toEqual(['SELECT'])
  })
})

describe('the functions', () => {
  it('that the service role can call are these', async () => {
    expect(
      await column(`select p.proname as name from pg_proc p
        where p.pronamespace = 'public'::regnamespace and has_function_privilege('service_role', p.oid, 'execute')`),
    ).toEqual(CALLABLE_BY_THE_SERVICE)
  })

  it('that run with their owner’s rights are the same', async () => {
    expect(
      await column(
        "select proname as name from pg_proc where pronamespace in ('public'::regnamespace, 'billing'::regnamespace) and prosecdef",
      ),
    ).toEqual(CALLABLE_BY_THE_SERVICE)
  })

  it('look names up nowhere by themselves', async () => {
    expect(
      await column(`select proname as name from pg_proc
        where pronamespace in ('public'::regnamespace, 'billing'::regnamespace)
          and not coalesce(proconfig @> array['search_path=""'], false)`),
    ).toEqual([])
  })

  it('wait for a lock and run for a bounded time where they write', async () => {
    expect(
      await column(`select proname as name from pg_proc
        where pronamespace = 'public'::regnamespace and provolatile = 'v'
          and not coalesce(array_to_string(proconfig, ',') ~ 'lock_timeout=.*statement_timeout=', false)`),
    ).toEqual([])
  })
})

/**
 * Lints that say nothing here: a table without a policy is closed to users, which is meant; and in a database this new
 * no index has been used.
 */
const MEANT = ['splinter/security/rlsEnabledNoPolicy', 'splinter/performance/unusedIndex']

it("Supabase's own lints find nothing", async () => {
  const { stdout, stderr } = await promisify(execFile)(
    'node_modules/.bin/postgres-language-server',
    ['dblint', '--connection-string', database.connectionString],
    { timeout: 60_000 },
  )

  const found = `${stdout}${stderr}`.match(/splinter\/\w+\/\w+/g) ?? []
  expect(found).toContain(MEANT[0])
  expect(found.filter((lint) => !MEANT.includes(lint))).toEqual([])
})
