import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { billingOfUser, event, NOW_MS } from './billing-of-user.ts'
import { overSql } from './ledger-under-test.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { reversalsOf } from './reversals-of-user.ts'

/**
 * The user of this number, who has lived as all of a filled database have: a subscription whose first month is paid, a
 * pass that was refunded, a checkout, an event that is kept for want of a user, and a message that waits.
 */
export async function userOfNumber(database: PostgresDatabase, number: number) {
  const store = overSql(database)
  const billing = await billingOfUser({ ...store, addUser: async () => filledUserId(number) })
  return { ...billing, grants: store.grants, told: reversalsOf(billing) }
}

export type FilledUser = Awaited<ReturnType<typeof userOfNumber>>

/** Fills an empty database with users 0 to `users` - 1: the first lives through the real functions, the others are copies. */
export async function fillDatabase(database: PostgresDatabase, users: number): Promise<void> {
  await database.query('insert into auth.users (id) values ($1)', [filledUserId(0)])
  await live(await userOfNumber(database, 0))
  await copyUser(database, 1, users)
}

/** Makes users `from` to `to` - 1 out of the rows that user 0 has by now, by the set and without asking any trigger. */
export async function copyUser(database: PostgresDatabase, from: number, to: number): Promise<void> {
  const cores = availableParallelism()
  const share = Math.ceil((to - from) / cores)
  const shares = Array.from({ length: cores }, (_, index) => from + index * share)
  await Promise.all(shares.map((start) => copyShare(database, start, Math.min(start + share, to))))
  await database.query('vacuum analyze')
}

async function copyShare(database: PostgresDatabase, from: number, to: number): Promise<void> {
  const client = await database.connect()
  await client.query('set session_replication_role = replica')
  await client.query(COPY_SQL)
  await client.query('select pg_temp.copy_user($1, $2, $3)', [filledUserId(0), from, to])
  await client.end()
}

/** The id of the user of this number, as `COPY_SQL` makes it. */
export function filledUserId(number: number): string {
  const digits = createHash('md5').update(String(number)).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * Every id of a user's rows holds the user's own, with its dashes or without: a copy has another one there, and all of it
 * happened to it a millisecond before it did to the one before.
 */
const COPY_SQL = `
create function pg_temp.copy_user(p_user uuid, p_from integer, p_to integer) returns void language plpgsql as $$
declare
  v_digits text := replace(p_user::text, '-', '');
  v_table regclass;
  v_names text;
  v_values text;
begin
  for v_table in
    select c.oid::regclass from pg_class c
    where c.relkind = 'r' and (c.relnamespace = 'public'::regnamespace or c.oid = 'auth.users'::regclass)
  loop
    select string_agg(quote_ident(a.attname), ', '), string_agg(
      case when a.atttypid in ('uuid'::regtype, 'text'::regtype, 'jsonb'::regtype)
      then format('replace(replace(t.%1$I::text, %2$L, users.id::text), %3$L, users.digits)::%4$s',
        a.attname, p_user, v_digits, format_type(a.atttypid, null))
      when a.atttypid = 'timestamptz'::regtype
      then format('t.%I - users.number * interval ''1 millisecond''', a.attname)
      else format('t.%I', a.attname) end, ', ')
    into v_names, v_values
    from pg_attribute a
    where a.attrelid = v_table and a.attnum > 0 and not a.attisdropped and a.attidentity = '';
    execute format($insert$
      insert into %1$s (%2$s)
      select %3$s from (
        select number, md5(number::text) as digits, md5(number::text)::uuid as id
        from generate_series(%4$s, %5$s - 1) number) users
      cross join (
        select * from %1$s t where strpos(to_jsonb(t)::text, %6$L) > 0 or strpos(to_jsonb(t)::text, %7$L) > 0) t
      $insert$, v_table, v_names, v_values, p_from, p_to, p_user, v_digits);
  end loop;
end
$$`

async function live({ told, ...user }: FilledUser): Promise<void> {
  const { service, customerId } = user
  let events = 0
  const next = () => {
    events += 1
    return event(`evt_${events}_${user.userId.replaceAll('-', '')}`)
  }
  await service.reserve({
    userId: user.userId,
    plan: 'pass',
    renewing: false,
    repeatable: true,
    parametersHash: user.userId,
    attemptId: user.userId,
    now: NOW_MS,
  })
  await service.close(user.userId, 'expired')
  await user.apply(user.subscription({ at: 100 }), next())
  await user.apply(told.monthInvoice('first', 1_900_000_000), next())
  await user.apply(told.monthPaid('first'), next())
  await user.apply(user.pass(200), next())
  await user.apply(told.refund({ of: told.passPayment }), next())
  const stranger = { ...user.subscription({ at: 100 }), user_id: null, customer_id: `${customerId}_unknown` }
  await service.applyStripeEvent(next(), stranger, NOW_MS)
  await user.grants.grantEntitlement({
    grantId: user.userId,
    userId: user.userId,
    plan: 'pro',
    planVersion: 1,
    quantity: 1,
    expiresAt: null,
    operator: 'operator',
    reason: 'a comp',
    now: NOW_MS,
  })
}
