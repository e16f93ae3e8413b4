import type { Guard } from './guard.ts'
import { MIGRATIONS } from './migration-files.ts'

const TABLES = `${MIGRATIONS}/20261124000001_billing_tables.sql`
const LEDGER = 'tests/integration/db/ledger.pglite.test.ts'
const CONCURRENCY = 'tests/integration/db/concurrency.test.ts'

/** What Postgres holds to stand once. */
export const keyGuards: readonly Guard[] = [
  {
    name: 'primary key: an event stands in the ledger once',
    edits: [{ file: TABLES, find: 'event_id text primary key', replace: 'event_id text not null' }],
    tests: [LEDGER, CONCURRENCY],
  },
  {
    name: 'unique index: an event stands in one row of user_entitlements',
    edits: [
      {
        file: TABLES,
        find: 'create unique index idx_user_entitlements_stripe_event_id on',
        replace: 'create index idx_user_entitlements_stripe_event_id on',
      },
      {
        file: TABLES,
        find: `alter table public.user_entitlements
  add constraint idx_user_entitlements_stripe_event_id unique using index idx_user_entitlements_stripe_event_id;`,
        replace: '',
      },
    ],
    tests: ['tests/integration/db/ledger-guards.test.ts'],
  },
  {
    name: 'unique index: one live checkout a user',
    edits: [
      {
        file: TABLES,
        find: 'create unique index idx_checkout_attempts_one_live',
        replace: 'create index idx_checkout_attempts_one_live',
      },
    ],
    tests: ['tests/integration/db/ledger-guards.test.ts'],
  },
  {
    name: 'unique: of all trials of one card one is the first (F89)',
    edits: [
      {
        file: `${MIGRATIONS}/20261125000310_trials.sql`,
        find: 'card_fingerprint text unique,',
        replace: 'card_fingerprint text,',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'unique: one user a Stripe customer',
    edits: [{ file: TABLES, find: 'stripe_customer_id text unique', replace: 'stripe_customer_id text' }],
    tests: ['tests/integration/db/ledger-guards.test.ts'],
  },
]
