import { CHANGE_FORMAT } from '#src/features/billing/domain/change/Change.ts'
import { decideChange } from '#src/features/billing/domain/change/decide-change.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { eventArgument } from '#src/infrastructure/db/event-argument.ts'
import { parsed } from '#tests/property/simulation/orders.ts'
import { filledUserId } from '#tests/support/filled-database.ts'
import type { PostgresDatabase } from '#tests/support/postgres-database.ts'
import { type EventBodies, type EventKind, OUTCOMES } from './event-bodies.ts'
import type { EventPlace } from './event-place.ts'
import { measureBeside } from './measure.ts'

/** Events that come first and do not count: the session has slept while others used what the processor had at hand. */
const WARM_UPS = 10

/** Events whose log and rows are counted. */
const COUNTED = 50

/** What one event writes. */
export interface Written {
  /** Bytes of write-ahead log, with the whole pages that the first touch after a checkpoint costs. */
  readonly walBytes: number
  /** What an upsert of the same writes of it. */
  readonly upsertWalBytes: number
  /** Rows inserted, updated and deleted. */
  readonly rows: number
}

/** The floor: one table with its key, one row a user, in which what the function is given is kept as it is. */
const FLOOR_SQL = `
  create schema bench;
  create table bench.events (user_id uuid primary key, event jsonb, change jsonb, at timestamptz);
  insert into bench.events (user_id) select id from auth.users`

/** Turns whose users have a row in the floor's table that is as wide as the one that replaces it: more than SQL alone has. */
const WIDE_TURNS = 8_000

/**
 * Reads everything that an event reads. A process pays for the first time that it touches a page of shared memory: a
 * session of a pool once in its life, and one that has just begun at each event.
 */
const TOUCH_SQL = `
create extension amcheck;
create function bench.touch_everything() returns void language plpgsql set max_parallel_workers_per_gather = 0 as $$
begin
  perform public.bt_index_check(c.oid) from pg_class c
  where c.relkind = 'i' and c.relnamespace in ('public'::regnamespace, 'auth'::regnamespace, 'bench'::regnamespace);
  perform count(u.*) from auth.users u;
  perform count(u.*) from public.billing_users u;
  perform count(s.*) from public.user_entitlements s;
  perform count(e.*) from bench.events e;
end
$$`

/** The rows that an `updated` event writes, as the function leaves them, and nothing else: no rule, no lock, no answer. */
const ROWS_SQL = `
create function bench.write_rows(p_event jsonb, p_change jsonb, p_now timestamptz) returns void language plpgsql as $$
declare
  v_source jsonb := p_change -> 'source';
  v_version bigint;
begin
  update public.user_entitlements s set
    stripe_event_id = p_event ->> 'id', items = v_source -> 'items', content = v_source -> 'content',
    renews_at = to_timestamp((v_source ->> 'renews_at')::double precision),
    expires_at = to_timestamp((v_source ->> 'expires_at')::double precision),
    expires_bound = to_timestamp((v_source ->> 'expires_at')::double precision),
    snapshot_at = to_timestamp((v_source ->> 'snapshot_at')::double precision),
    revision = s.revision + 1, updated_at = p_now
  where s.source_id = v_source ->> 'source_id';
  update public.billing_users u set entitlement_version = u.entitlement_version + 1
  where u.user_id = (p_change ->> 'user_id')::uuid returning u.entitlement_version into v_version;
  insert into public.outbox (user_id, topic, entitlement_version, stripe_event_id, created_at, not_before)
  values ((p_change ->> 'user_id')::uuid, 'entitlements.changed', v_version, p_event ->> 'id', p_now, p_now);
  insert into public.stripe_events (
    event_id, type, created, livemode, api_version, account, object_id, customer_id, user_id, outcome, change, payload,
    received_at)
  values (
    p_event ->> 'id', p_event ->> 'type', to_timestamp((p_event ->> 'created')::double precision),
    (p_event ->> 'livemode')::boolean, p_event ->> 'api_version', p_event ->> 'account', p_event ->> 'object_id',
    p_change ->> 'customer_id', (p_change ->> 'user_id')::uuid, 'applied', p_change,
    decode(p_event ->> 'payload_base64', 'base64'), p_now);
end
$$`

const UPSERT = `
  insert into bench.events (user_id, event, change, at) values ($1, $2, $3, $4)
  on conflict (user_id) do update set event = excluded.event, change = excluded.change, at = excluded.at`

/** Numbers users so that one turn's is far from the one's before. */
export const spread = (turn: number, users: number) => (turn * 7_919 + 1) % users

/** Makes the first user, of whom all others are copies: one with a subscription. */
export async function fillFirst(database: PostgresDatabase, bodies: EventBodies): Promise<void> {
  await database.query('insert into auth.users (id) values ($1)', [filledUserId(0)])
  await database.call('apply_stripe_event', argumentsOf(bodies.beginning(0)))
  await database.query('delete from outbox')
}

/** Makes the table of the floor, what writes an event's rows alone, and what touches everything. */
export async function makeFloor(
  database: PostgresDatabase,
  users: number,
  bodies: EventBodies,
): Promise<void> {
  const turns = Array.from({ length: WIDE_TURNS }, (_, index) => index + 1)
  await database.query(FLOOR_SQL)
  await database.query('update bench.events set event = $1, change = $2, at = $3 where user_id = any ($4)', [
    ...valuesOf(bodies.of('updated', 0, 0)).slice(0, 3),
    turns.map((turn) => filledUserId(spread(turn, users))),
  ])
  await database.query(ROWS_SQL)
  await database.query(TOUCH_SQL)
  await database.query('vacuum analyze')
  await database.query('checkpoint')
}

/** Applies so many events of one kind, each in turn with a single-row upsert of what the function is given. */
export function measureFunction(place: EventPlace, kind: EventKind, times: number) {
  return besideUpsert(place, kind, times, (values) => apply(place.client, kind, values))
}

/** Writes the rows of so many `updated` events, each in turn with a single-row upsert. */
export function measureRows(place: EventPlace, times: number) {
  return besideUpsert(place, 'updated', times, ([event, change, now]) =>
    place.client.query({
      name: 'rows',
      text: 'select bench.write_rows($1, $2, $3)',
      values: [event, change, now],
    }),
  )
}

async function besideUpsert(
  place: EventPlace,
  kind: EventKind,
  times: number,
  act: (values: unknown[]) => Promise<unknown>,
) {
  let turn = turnOf(place, kind)
  const before = async () => {
    turn = turnOf(place, kind)
  }
  return measureBeside(
    times,
    () => act(turn.values),
    () => upsert(place, turn),
    { before, warmUps: WARM_UPS },
  )
}

/** Counts what events of one kind write, and upserts of the same. */
export async function measureWritten(place: EventPlace, kind: EventKind): Promise<Written> {
  const event = await countWritten(place, kind, ({ values }) => apply(place.client, kind, values))
  const floor = await countWritten(place, kind, (turn) => upsert(place, turn))
  return { ...event, upsertWalBytes: floor.walBytes }
}

async function countWritten(place: EventPlace, kind: EventKind, act: (turn: Turn) => Promise<unknown>) {
  const before = await written(place.client)
  for (let counted = 0; counted < COUNTED; counted += 1) await act(turnOf(place, kind))
  const after = await written(place.client)
  return {
    walBytes: Math.round((after.walBytes - before.walBytes) / COUNTED),
    rows: (after.rows - before.rows) / COUNTED,
  }
}

/** The next event of one kind, as the function is given it. */
interface Turn {
  readonly userId: string
  readonly values: unknown[]
}

function turnOf({ users, bodies, nextTurn }: EventPlace, kind: EventKind): Turn {
  const turn = nextTurn()
  const number = spread(turn, users)
  return { userId: filledUserId(number), values: valuesOf(bodies.of(kind, number, turn)) }
}

function upsert({ client }: EventPlace, { userId, values }: Turn) {
  return client.query({ name: 'upsert', text: UPSERT, values: [userId, ...values.slice(0, 3)] })
}

async function apply(client: EventPlace['client'], kind: EventKind, values: unknown[]): Promise<void> {
  const { rows } = await client.query<{ answer: { outcome: string } }>({
    name: 'apply',
    text: 'select public.apply_stripe_event($1, $2, $3, $4) as answer',
    values,
  })
  const outcome = rows[0]?.answer.outcome
  if (outcome !== OUTCOMES[kind]) throw new Error(`an event that is ${kind} was ${outcome}`)
}

async function written(client: EventPlace['client']) {
  await client.query('select pg_stat_force_next_flush()')
  await client.query('select pg_stat_clear_snapshot()')
  const { rows } = await client.query<{ bytes: string; rows: string }>(`
    select pg_current_wal_insert_lsn() - '0/0' as bytes,
      (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables where schemaname = 'public') as rows`)
  return { walBytes: Number(rows[0]?.bytes), rows: Number(rows[0]?.rows) }
}

function valuesOf(body: string): unknown[] {
  return Object.values(argumentsOf(body)).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : value,
  )
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
