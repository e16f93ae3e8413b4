import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { parsed } from '#tests/property/simulation/orders.ts'
import { renderEvent } from '#tests/property/simulation/render.ts'
import { StripeNow } from '#tests/property/simulation/StripeNow.ts'
import { writeHistory } from '#tests/property/simulation/write-history.ts'
import { A_BUYERS_LIFE } from '#tests/property/stories.ts'
import { createPostgresDatabase, type PostgresDatabase } from '#tests/support/postgres-database.ts'
import { callOver } from '#tests/support/test-database.ts'

/** A trigger before and after each row that any function writes: the n-th of a call fails, or ends its backend. */
const FAULTS_SQL = `
create schema faults;
create function faults.point() returns trigger language plpgsql set search_path = '' as $$
declare
  v_seen integer := coalesce(nullif(current_setting('faults.seen', true), '')::integer, 0) + 1;
begin
  perform set_config('faults.seen', v_seen::text, false);
  if v_seen = nullif(current_setting('faults.at', true), '')::integer then
    if current_setting('faults.kind') = 'kill' then
      perform pg_terminate_backend(pg_backend_pid());
    end if;
    raise exception 'a fault at %', tg_table_name using errcode = '40001';
  end if;
  return coalesce(new, old);
end
$$;
do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'billing') and c.relkind = 'r'
  loop
    execute format('create trigger aa_before before insert or update or delete on %s for each row execute function faults.point()', v_table);
    execute format('create trigger zz_after after insert or update or delete on %s for each row execute function faults.point()', v_table);
  end loop;
end
$$`

const history = writeHistory(A_BUYERS_LIFE)
const [user] = history.users
const now = (history.moments.at(-1)?.at ?? 0) * 1000

let database: PostgresDatabase
let connection: pg.Client
let tables: string[]

beforeAll(async () => {
  database = await createPostgresDatabase()
  await database.query('insert into auth.users (id) values ($1)', [user?.userId])
  const found = await database.query(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'billing') and c.relkind = 'r' order by 1`,
  )
  tables = found.map(({ name }) => String(name))
  await database.query(FAULTS_SQL)
  connection = await connected()
})
afterAll(async () => {
  await connection.end()
  await database.close()
})

/** A connection whose end is no error of the test's: a fault may be to end it. */
async function connected(): Promise<pg.Client> {
  const client = await database.connect()
  client.on('error', () => undefined)
  return client
}

/** Every row of every table of ours. */
async function rows(): Promise<string> {
  const all = await Promise.all(
    tables.map((table) =>
      database.query(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`),
    ),
  )
  return JSON.stringify(all)
}

function applying(): ApplyStripeEvent {
  return new ApplyStripeEvent({
    ledger: new DatabaseService(
      callOver(async (sql, values) => (await connection.query<Record<string, unknown>>(sql, values)).rows),
    ),
    objects: new StripeNow({
      objects: history.finalObjects,
      nowSeconds: () => now / 1000,
      seam: async (_name, effect) => effect(),
    }),
    clock: { now: () => now },
    surroundings: { livemode: false, environment: 'local' },
    policy,
  })
}

async function arm(kind: 'raise' | 'kill', at: number): Promise<void> {
  await connection.query(
    `select set_config('faults.kind', $1, false), set_config('faults.at', $2, false), set_config('faults.seen', '0', false)`,
    [kind, String(at)],
  )
}

/** Applies the event with a fault at the n-th row that it writes; whether the fault came. */
async function failsAt(at: number, kind: 'raise' | 'kill', body: ParsedEvent): Promise<boolean> {
  await arm(kind, at)
  try {
    await applying().execute(body)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'database_unavailable', retryable: true })
    if (kind === 'kill') connection = await connected()
    return true
  }
}

describe('I1, F60: a transaction that fails at any row leaves nothing, and the redelivery does all of it', () => {
  it('each row that each event of a life writes: it fails, then its backend is ended', {
    timeout: 300_000,
  }, async () => {
    let faults = 0
    for (const event of history.moments.flatMap(({ events }) => events)) {
      const body = parsed(renderEvent(event, '2026-10-28.endive'))
      const before = await rows()
      for (let at = 1; await failsAt(at, 'raise', body); at += 1) {
        expect(await rows()).toBe(before)
        expect(await failsAt(at, 'kill', body)).toBe(true)
        expect(await rows()).toBe(before)
        faults += 2
      }
    }

    console.log(`${faults} faults in ${tables.length} tables`)
    expect(faults).toBeGreaterThan(100)
  })
})
