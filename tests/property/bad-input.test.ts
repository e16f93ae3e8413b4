import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { handleStripeWebhookRequest } from '#src/features/billing/application/stripe-webhook.ts'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { StripeWebhooks } from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import { createAdmission } from '#src/infrastructure/admission.ts'
import type { BillingStore, LedgerUnderTest } from '#tests/support/ledger-under-test.ts'
import { createMemoryStore } from '#tests/support/memory-store.ts'
import { type SandboxEvent, sandboxEvents } from '#tests/support/sandbox-events.ts'
import { bytes, SECRET_A, signatureHeader } from '#tests/support/stripe-event.ts'
import { RecordingMemory } from '#tests/support/webhook-under-test.ts'

const RUNS = Number(process.env.TOLLGATE_STRANGE_EVENTS ?? 2_000)
const USER = randomUUID()

/** One member of an event, and what stands there instead. */
interface Mutation {
  /** Which member, counted over all members at any depth. */
  readonly member: number
  readonly value: unknown
}

let events: readonly SandboxEvent[]
/** Just after the last of them, milliseconds since the epoch. */
let now: number

beforeAll(async () => {
  events = await sandboxEvents(USER)
  now = (Math.max(...events.map(({ created }) => created)) + 1) * 1000
}, 60_000)

const deep = (depth: number): unknown => (depth === 0 ? 'end' : { deeper: deep(depth - 1) })

/** What is signed but strange. */
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 53)),
  // 1970, 2106 and what lies outside.
  fc.constantFrom<unknown>(0, 4_294_967_295, 4_294_967_296, 253_402_300_800),
  fc.constantFrom<unknown>(
    'x'.repeat(100_000),
    '\u0000',
    '\ud800',
    '𝔰𝔲𝔟_𝟙',
    'sub_ünï',
    '__proto__',
    'NaN',
    'zzz',
  ),
  fc.constantFrom<unknown>(
    'active',
    'trialing',
    'past_due',
    'paid',
    'no_payment_required',
    'complete',
    'won',
  ),
  fc.constantFrom<unknown>(
    [],
    {},
    deep(500),
    Array.from({ length: 1_000 }, (_, index) => ({ id: `si_${index}` })),
  ),
  fc.constantFrom<unknown>({ other_app: 'yes', plan: 'pro', user_id: USER }, { tollgate_user_id: 'nobody' }),
  fc.jsonValue({ maxDepth: 3 }),
)

const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ member: fc.nat(100_000), value: strange }),
  { minLength: 1, maxLength: 4 },
)

/** Every place of a value below another, as the object and the key. */
function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return []
  const object = value as Record<string, unknown>
  return Object.keys(object).flatMap(
    (key) => [[object, key], ...placesIn(object[key])] as [typeof object, string][],
  )
}

/** The event with these of its members changed: any of its object's, and of the envelope but for what makes it an event. */
function mutate(event: SandboxEvent, changes: readonly Mutation[]): SandboxEvent {
  const mutant: SandboxEvent = { ...structuredClone(event), id: `evt_${randomUUID().replaceAll('-', '')}` }
  for (const { member, value } of changes) {
    const places = placesIn(mutant.data)
    const place = places[member % places.length]
    if (place !== undefined) place[0][place[1]] = structuredClone(value)
  }
  return mutant
}

/** Stripe, which knows none of it and cannot be asked for lists. */
const nothingAtStripe: IStripeObjects = {
  read: async () => null,
  readCheckout: async () => null,
  readPayment: async () => null,
  readRefunds: async () => ({ facts: { kind: 'refunds', refunds: [] }, answeredAt: now / 1000 }),
  readActiveFeatures: async () => [],
}

function webhookOver(ledger: BillingStore) {
  const clock = { now: () => now }
  const silent = () => undefined
  return {
    admission: createAdmission(),
    webhooks: new StripeWebhooks({ secrets: [SECRET_A], realClock: clock }),
    memory: new RecordingMemory(),
    applyStripeEvent: new ApplyStripeEvent({
      ledger,
      objects: nothingAtStripe,
      clock,
      surroundings: { livemode: false, environment: 'local' },
      policy,
    }),
    log: { info: silent, warn: silent, error: silent },
    errors: { report: silent },
    analytics: { capture: async () => undefined },
    defer: silent,
    sleep: async () => undefined,
    stopwatch: () => 0,
  }
}

async function deliver(store: LedgerUnderTest, event: SandboxEvent): Promise<Response> {
  const body = bytes(JSON.stringify(event))
  const request = new Request('http://127.0.0.1/api/webhooks/stripe', {
    method: 'POST',
    headers: { 'stripe-signature': signatureHeader(SECRET_A, now / 1000, body) },
    body: Buffer.from(body),
  })
  return handleStripeWebhookRequest(request, webhookOver(store.service))
}

/** The plans of which the event names a price, by the catalogue alone. */
function plansNamedIn(event: SandboxEvent): string[] {
  const text = JSON.stringify(event)
  return Object.entries(catalogue.plans)
    .filter(([, plan]) => plan.prices.some(({ lookupKey }) => text.includes(`"${lookupKey}"`)))
    .map(([key]) => key)
}

/** What must be true of every answer to what is signed but strange. */
async function check(store: LedgerUnderTest, userId: string, event: SandboxEvent): Promise<void> {
  const response = await deliver(store, event)
  expect(response.status, JSON.stringify(event).slice(0, 2_000)).toBe(200)
  const kept = await store.event(event.id)
  const { outcome, reason } = (await response.json()) as { outcome: string; reason: string | null }
  expect(kept).toMatchObject({ outcome, reason })
  if (outcome === 'unresolved' || outcome === 'ignored') expect(reason).toMatch(/^[a-z_]+$/)
  const { sources } = await store.service.getUserEntitlements(userId, now)
  const named = plansNamedIn(event)
  for (const { plan } of sources.flatMap(({ items }) => items)) expect(named).toContain(plan)
}

describe('what is signed but strange', () => {
  it(`is kept with a reason, answered 200, and grants nothing that the catalogue does not imply, ${RUNS} times`, {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), mutations, async (index, changes) => {
        const event = events[index % events.length]
        if (event === undefined)
          throw new BillingError('stripe_refused', { retryable: false, cause: 'no events' })
        const store = createMemoryStore()
        store.tables.authUsers.add(USER)
        await check(store, USER, mutate(event, changes))
      }),
      { numRuns: RUNS },
    )
  })

  it('unchanged, the same events grant what was bought', async () => {
    const store = createMemoryStore()
    store.tables.authUsers.add(USER)
    for (const event of events) expect((await deliver(store, event)).status).toBe(200)

    const { sources } = await store.service.getUserEntitlements(USER, now)
    expect(sources.map(({ items }) => items[0]?.plan)).toContain('pass')
  })
})
