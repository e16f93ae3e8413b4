import type pg from 'pg'
import { CHANGE_FORMAT } from '#src/features/billing/domain/change/Change.ts'
import { decideChange } from '#src/features/billing/domain/change/decide-change.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { eventArgument } from '#src/infrastructure/db/event-argument.ts'
import { parsed } from '#tests/property/simulation/orders.ts'
import { copyUser, filledUserId } from '#tests/support/filled-database.ts'
import type { PostgresDatabase } from '#tests/support/postgres-database.ts'
import { beginning, EVENT_KINDS, type EventKind, eventBody, OUTCOMES } from './event-bodies.ts'
import { measureBeside, type Timing } from './measure.ts'

/** How often each kind is measured at each size. */
const TIMES = 200
/** Events whose log and rows are counted. */
const COUNTED = 50

/** What `apply_stripe_event` costs for one kind of event in a database of so many users. */
export interface DatabaseFigure {
  readonly kind: EventKind
  readonly users: number
  readonly timing: Timing
  /** A single-row upsert of what the function is given, in the same database, in turn with it. */
  readonly upsert: Timing
  /** Bytes of write-ahead log an event, without the first touch of a page after a checkpoint. */
  readonly walBytes: number
  /** Rows inserted, updated and deleted an event. */
  readonly rowsWritten: number
}

/** The floor: one table with its key, one row a user, in which what the function is given is kept as it is. */
const UPSERTS_SQL = `
  create schema if not exists bench;
  create table if not exists bench.events (user_id uuid primary key, event jsonb, change jsonb, at timestamptz);
  truncate bench.events;
  insert into bench.events (user_id) select id from auth.users;
  vacuum analyze bench.events`

/** Numbers users so that one turn's is far from the one's before. */
export const spread = (turn: number, users: number) => (turn * 7_919 + 1) % users

/** Makes the first user, of whom all others are copies: one with a subscription. */
export async function fillFirst(database: PostgresDatabase): Promise<void> {
  await database.query('insert into auth.users (id) values ($1)', [filledUserId(0)])
  await database.call('apply_stripe_event', argumentsOf(beginning(0)))
  await database.query('delete from outbox')
}

/** Fills up from `from` to `to` users. */
export async function fillUp(database: PostgresDatabase, from: number, to: number): Promise<void> {
  await copyUser(database, from, to)
  for (const statement of UPSERTS_SQL.split(';')) await database.query(statement)
  await database.query('checkpoint')
}

/** Measures each kind of event in a database that holds so many users. */
export async function measureDatabase(
  database: PostgresDatabase,
  users: number,
  turnsBefore: number,
): Promise<readonly DatabaseFigure[]> {
  const client = await database.connect()
  const figures: DatabaseFigure[] = []
  for (const kind of EVENT_KINDS) figures.push(await measureKind(client, kind, users, turnsBefore))
  await client.end()
  return figures
}

async function measureKind(
  client: pg.Client,
  kind: EventKind,
  users: number,
  turnsBefore: number,
): Promise<DatabaseFigure> {
  let asked = argumentsOf(beginning(0))
  let userId = filledUserId(0)
  const prepare = async (turn: number) => {
    const number = spread(turn, users)
    userId = filledUserId(number)
    asked = argumentsOf(eventBody(kind, number, turnsBefore + turn))
  }
  const apply = async () => {
    const { rows } = await client.query<{ answer: { outcome: string } }>({
      name: 'apply',
      text: 'select public.apply_stripe_event($1, $2, $3, $4) as answer',
      values: Object.values(asked).map((value) =>
        typeof value === 'object' ? JSON.stringify(value) : value,
      ),
    })
    const outcome = rows[0]?.answer.outcome
    if (outcome !== OUTCOMES[kind]) throw new Error(`an event that is ${kind} was ${outcome}`)
  }
  const upsert = () =>
    client.query({
      name: 'upsert',
      text: `insert into bench.events (user_id, event, change, at) values ($1, $2, $3, $4)
        on conflict (user_id) do update set event = excluded.event, change = excluded.change, at = excluded.at`,
      values: [userId, JSON.stringify(asked.p_event), JSON.stringify(asked.p_change), asked.p_now],
    })
  const { timing, floorTiming } = await measureBeside(TIMES, apply, upsert, { before: prepare, warmUps: 20 })
  const before = await written(client)
  for (let turn = 0; turn < COUNTED; turn += 1) {
    await prepare(turn)
    // The same users again: their pages are in the log since their checkpoint.
    asked = argumentsOf(eventBody(kind, spread(turn, users), turnsBefore + TIMES + 20 + turn))
    await apply()
  }
  const after = await written(client)
  return {
    kind,
    users,
    timing,
    upsert: floorTiming,
    walBytes: Math.round((after.bytes - before.bytes) / COUNTED),
    rowsWritten: (after.rows - before.rows) / COUNTED,
  }
}

async function written(client: pg.Client): Promise<{ readonly bytes: number; readonly rows: number }> {
  await client.query('select pg_stat_force_next_flush()')
  await client.query('select pg_stat_clear_snapshot()')
  const { rows } = await client.query<{ bytes: string; rows: string }>(`
    select pg_current_wal_insert_lsn() - '0/0' as bytes,
      (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables where schemaname = 'public') as rows`)
  return { bytes: Number(rows[0]?.bytes), rows: Number(rows[0]?.rows) }
}

function argumentsOf(body: string) {
  const { event, facts } = parsed(body)
  const change = decideChange(event, facts, { livemode: false, environment: 'local' }, policy)
  return {
    p_event: eventArgument(event),
    p_change: change,
    p_now: new Date().toISOString(),
    p_format: CHANGE_FORMAT,
  }
}
