/** One change of a file: `find` stands in it once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** One thing that stands between a payment and a wrong answer, how to take it out, and the tests that must notice. */
export interface Guard {
  readonly name: string
  readonly edits: readonly Edit[]
  /** Files of tests, of which at least one test has to fail. */
  readonly tests: readonly string[]
}

const STRIPE = 'src/features/billing/infrastructure/stripe'
const APPLICATION = 'src/features/billing/application'
const TABLES = 'supabase/migrations/20261124000001_billing_tables.sql'
const SNAPSHOT = 'supabase/migrations/20261124000006_apply_source_snapshot.sql'
const EVENT = 'supabase/migrations/20261124000008_apply_stripe_event.sql'
const LEDGER = 'tests/integration/db/ledger.pglite.test.ts'
const CONCURRENCY = 'tests/integration/db/concurrency.test.ts'

/** The guards of the flow, in the order in which an event, a checkout and a check meet them. */
export const guards: readonly Guard[] = [
  {
    name: 'signature: the bytes are signed with a secret of ours',
    edits: [
      {
        file: `${STRIPE}/StripeWebhooks.ts`,
        find: 'return this.#secrets.some((secret) => isSignedWith(secret, body, signatureHeader, now))',
        replace: 'return true',
      },
    ],
    tests: ['tests/unit/infrastructure/stripe/StripeWebhooks.test.ts'],
  },
  {
    name: 'signature: a stamp from the future is refused',
    edits: [
      {
        file: `${STRIPE}/StripeWebhooks.ts`,
        find: 'if (Number(stamp) - now / 1000 > SIGNATURE_TOLERANCE_SECONDS) return false',
        replace: '',
      },
    ],
    tests: ['tests/unit/infrastructure/stripe/StripeWebhooks.test.ts'],
  },
  {
    name: 'seen-mark: a known event costs one read of Redis and nothing else',
    edits: [
      {
        file: `${APPLICATION}/stripe-webhook.ts`,
        find: "if (await deps.memory.isProcessed(event.id)) return finish('duplicate', null)",
        replace: '',
      },
    ],
    tests: [
      'tests/unit/features/billing/application/stripe-webhook.test.ts',
      'tests/integration/round-trips.test.ts',
    ],
  },
  {
    name: 'primary key: an event stands in the ledger once',
    edits: [
      { file: TABLES, find: 'event_id text primary key', replace: 'event_id text not null' },
      { file: EVENT, find: 'on conflict (event_id) do nothing;', replace: 'on conflict do nothing;' },
    ],
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
    name: 'unique: one user a Stripe customer',
    edits: [{ file: TABLES, find: 'stripe_customer_id text unique', replace: 'stripe_customer_id text' }],
    tests: ['tests/integration/db/ledger-guards.test.ts'],
  },
  {
    name: 'version check in Postgres: an older snapshot is stale (I4)',
    edits: [
      {
        file: SNAPSHOT,
        find: "when (v_at, v_rank) < (v_row.snapshot_at, v_row.snapshot_rank) then 'stale'",
        replace: '',
      },
    ],
    tests: [LEDGER],
  },
  {
    name: 'version check in Postgres: a terminal state wins over any later word (F24)',
    edits: [{ file: SNAPSHOT, find: "when v_row.terminal and not v_terminal then 'stale'", replace: '' }],
    tests: [LEDGER],
  },
  {
    name: 'version check in Redis: an older value never replaces a newer one (I4)',
    edits: [
      {
        file: 'src/infrastructure/redis/set-if-newer.ts',
        find: 'if stored.epoch > epoch or (stored.epoch == epoch and stored.counter > counter) then',
        replace: 'if false then',
      },
    ],
    tests: ['tests/unit/infrastructure/redis/set-if-newer.test.ts'],
  },
  {
    name: 'version check in memory: an older value never replaces a newer one (I4)',
    edits: [
      {
        file: 'src/infrastructure/redis/EntitlementMemory.ts',
        find: 'if (known !== null && isNewer(known.entitlements.version, entry.entitlements.version)) return',
        replace: '',
      },
    ],
    tests: [
      'tests/unit/infrastructure/redis/UserEntitlementCache.test.ts',
      'tests/unit/infrastructure/redis/UserEntitlementCacheLayers.test.ts',
    ],
  },
  {
    name: 'expiry check: nothing is open at or after its end (I5)',
    edits: [
      {
        file: 'src/features/billing/domain/entitlement/decide-entitlements.ts',
        find: 'return end === null || now < end',
        replace: 'return end === null || now >= 0',
      },
    ],
    tests: ['tests/unit/features/billing/domain/decide-entitlements.test.ts'],
  },
  {
    name: "ownership check: another's session looks like none (I7)",
    edits: [
      {
        file: `${APPLICATION}/checkout/ConfirmCheckout.ts`,
        find: 'const isTheirs = clientReferenceId === userId && userIdOf(metadata) === userId',
        replace: 'const isTheirs = [clientReferenceId, userIdOf(metadata), userId].length > 0',
      },
    ],
    tests: ['tests/unit/features/billing/checkout/ConfirmCheckoutOwnership.test.ts'],
  },
  {
    name: "ownership check: a source stays with its user, whatever an event's metadata says (I7)",
    edits: [
      { file: SNAPSHOT, find: 'if found and v_row.user_id <> p_user_id then', replace: 'if false then' },
    ],
    tests: ['tests/integration/db/ledger-guards.test.ts'],
  },
  {
    name: 'ownership check: a linked customer never speaks for another user (F59)',
    edits: [
      {
        file: EVENT,
        find: 'if v_linked is distinct from p_user_id and v_linked is not null and p_user_id is not null then',
        replace: 'if false then',
      },
    ],
    tests: [LEDGER, 'tests/integration/webhooks/kept-events.test.ts'],
  },
  {
    name: 'own origin: a checkout is started by a page of ours (F90)',
    edits: [
      {
        file: `${APPLICATION}/checkout/checkout-request.ts`,
        find: "if (!isSameOrigin(request, deps.appUrl)) return problem('foreign_origin')",
        replace: '',
      },
    ],
    tests: ['tests/integration/api/checkout/session-authentication.test.ts'],
  },
]
