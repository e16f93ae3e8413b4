import type { Guard } from './guard.ts'
import { sql } from './migration-files.ts'

const LEDGER = 'tests/integration/db/ledger.pglite.test.ts'
const ATTEMPTS = 'tests/integration/db/attempts.pglite.test.ts'

/** What the functions of Postgres hold, whatever their callers do. */
export const databaseGuards: readonly Guard[] = [
  {
    name: 'version check in Postgres: an older snapshot is stale (I4)',
    edits: [
      {
        file: sql('compare_snapshots'),
        find: "when (p_told.at, p_told.rank) < (p_known.at, p_known.rank) then 'stale'",
        replace: '',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'version check in Postgres: a terminal state wins over any later word (F24)',
    edits: [
      {
        file: sql('compare_snapshots'),
        find: "when p_known.terminal and not p_told.terminal then 'stale'",
        replace: '',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: "ownership check: a source stays with its user, whatever an event's metadata says (I7)",
    edits: [
      {
        file: sql('apply_source_snapshot'),
        find: 'if found and v_row.user_id <> p_user_id then',
        replace: 'if false then',
      },
    ],
    tests: ['tests/integration/db/ledger-guards.test.ts'],
  },
  {
    name: 'ownership check: a linked customer never speaks for another user (F59)',
    edits: [
      {
        file: sql('resolve_user'),
        find: 'if v_linked <> p_user_id then',
        replace: 'if false then',
      },
    ],
    tests: [LEDGER, 'tests/integration/webhooks/kept-events.test.ts'],
  },
  {
    name: 'version check in Postgres: equal content changes nothing',
    edits: [
      {
        file: sql('compare_snapshots'),
        find: "when p_told.content = p_known.content then 'unchanged'",
        replace: '',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'version check in Postgres: what its second has left may have been reached again',
    edits: [
      {
        file: sql('compare_snapshots'),
        find: `when p_told.content_before = p_known.content and not billing.has_content(p_known.content_before, p_told.content)
      then 'applied'`,
        replace: "when p_told.content_before = p_known.content then 'applied'",
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'version check in Postgres: a read counts by the revision that it began after',
    edits: [
      {
        file: sql('compare_snapshots'),
        find: "when p_told.revision = p_known.revision then 'applied'",
        replace: '',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'version check in Postgres: a row remembers what its second has left',
    edits: [
      {
        file: sql('apply_source_snapshot'),
        find: 'v_row.content_before := billing.contents_before(v_known, v_told, v_verdict);',
        replace: 'v_row.content_before := v_content_before;',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'duplicate: what was done is not done again (I1)',
    edits: [
      {
        file: sql('apply_stripe_event'),
        find: "if v_recorded.outcome <> 'unresolved' then",
        replace: 'if false then',
      },
    ],
    tests: [LEDGER],
    noticedBy:
      'everything that PGlite keeps the ledger on PGlite I1: an event counts once applied the first time, a duplicate ever after, with the access that it left',
  },
  {
    name: 'kept: an event speaks for its own customer alone',
    edits: [
      {
        file: sql('apply_kept_events'),
        find: 'where e.customer_id = p_customer_id and e.outcome',
        replace: 'where e.outcome',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'kept: what came for a customer is applied with the next event, whoever made the link',
    edits: [
      {
        file: sql('apply_stripe_event'),
        find: 'v_may_have_kept := found;',
        replace: 'v_may_have_kept := false;',
      },
    ],
    tests: [LEDGER, 'tests/integration/webhooks/kept-events.test.ts'],
  },
  {
    name: 'kept: what nothing puts in order is named, to be read',
    edits: [
      {
        file: sql('apply_stripe_event'),
        find: "'kept', case when v_may_have_kept then billing.kept_events(v_user_id) else '[]' end,",
        replace: "'kept', '[]'::jsonb,",
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'a customer that was deleted is linked to nobody again',
    edits: [
      {
        file: sql('lock_user'),
        find: 'and not exists (select 1 from public.ended_customers e where e.stripe_customer_id = p_customer_id) then',
        replace: 'then',
      },
    ],
    tests: [ATTEMPTS],
  },
  {
    name: 'a user who was forgotten is not brought back (F82)',
    edits: [
      {
        file: sql('refuse_forgotten'),
        find: 'if exists (select 1 from public.billing_users u where u.user_id = p_user_id and u.forgotten_at is not null) then',
        replace: 'if false then',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'outbox: a change is told of in its own transaction',
    edits: [
      {
        file: sql('raise_version'),
        find: "values (p_user_id, 'entitlements.changed', v_version, p_event_id, p_now, p_now);",
        replace: "select p_user_id, 'entitlements.changed', v_version, p_event_id, p_now, p_now where false;",
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'outbox: of one user in order',
    edits: [
      {
        file: sql('claim_outbox'),
        find: 'select 1 from public.outbox e where e.user_id = o.user_id and e.id < o.id and e.dead_at is null)',
        replace: 'select 1 from public.outbox e where false)',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'reservation: a holder that is at work is not overtaken (F61)',
    edits: [
      {
        file: sql('reserve_checkout_attempt'),
        find: 'elsif v_live.reserved_at + make_interval(secs => p_takeover_after_seconds) > p_now then',
        replace: 'elsif false then',
      },
    ],
    tests: [ATTEMPTS],
  },
  {
    name: 'reservation: whoever asks again is at work',
    edits: [
      {
        file: sql('reserve_checkout_attempt'),
        find: 'set reserved_at = greatest(a.reserved_at, p_now)',
        replace: 'set reserved_at = a.reserved_at',
      },
    ],
    tests: [ATTEMPTS],
  },
  {
    name: 'reservation: who has a subscription buys no second (F39)',
    edits: [
      {
        file: sql('reserve_checkout_attempt'),
        find: "(p_renewing and s.source_kind = 'subscription' and s.status <> 'incomplete')",
        replace: '(false)',
      },
    ],
    tests: [ATTEMPTS],
  },
  {
    name: 'reservation: a late holder is refused',
    edits: [
      {
        file: sql('open_checkout_attempt'),
        find: `where a.attempt_id = p_attempt_id and a.attempt_number = p_attempt_number
    and (a.status`,
        replace: `where a.attempt_id = p_attempt_id
    and (a.status`,
      },
    ],
    tests: [ATTEMPTS],
  },
]
