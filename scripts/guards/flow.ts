import type { Guard } from './guard.ts'

const STRIPE = 'src/features/billing/infrastructure/stripe'
const APPLICATION = 'src/features/billing/application'

/** The guards of the flow, in the order in which an event, a checkout and a check meet them. */
export const flowGuards: readonly Guard[] = [
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
    tests: ['tests/unit/features/billing/domain/entitlement/decide-entitlements.test.ts'],
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
  {
    name: 'mark: what is kept may be applied when it comes again',
    edits: [
      {
        file: 'src/features/billing/application/stripe-webhook.ts',
        find: "const doneEventId = applied.outcome === 'unresolved' ? null : event.id",
        replace: 'const doneEventId = event.id as string | null',
      },
    ],
    tests: [
      'tests/unit/features/billing/application/stripe-webhook.test.ts',
      'tests/integration/webhooks/kept-events.test.ts',
    ],
  },
  {
    name: 'trial: one that has begun is settled before Stripe is answered (F89)',
    edits: [
      {
        file: 'src/features/billing/application/trial/SettlingEvents.ts',
        find: 'await this.#settleTrials.execute(applied.trials)',
        replace: '',
      },
    ],
    tests: ['tests/integration/api/checkout/trials.test.ts'],
  },
  {
    name: 'deadline: Postgres has three seconds',
    edits: [
      {
        file: 'src/infrastructure/db/supabase-rpc.ts',
        find: '.abortSignal(AbortSignal.timeout(deadlineMs))',
        replace: '',
      },
    ],
    tests: ['tests/unit/infrastructure/db/supabase-rpc.test.ts'],
    noticedBy:
      'a call of an SQL function that is not answered is given up at the deadline, and is worth another try',
  },
  {
    name: 'mode: an event of the other mode is kept',
    edits: [
      {
        file: 'src/features/billing/domain/change/decide-change.ts',
        find: 'if (event.livemode !== surroundings.livemode)',
        replace: 'if (event.livemode === null)',
      },
    ],
    tests: ['tests/unit/features/billing/domain/change/decide-change.test.ts'],
  },
  {
    name: 'environment: an event of another environment is kept',
    edits: [
      {
        file: 'src/features/billing/domain/change/decide-change.ts',
        find: 'if (environment !== undefined && environment !== surroundings.environment) {',
        replace: 'if (environment === null) {',
      },
    ],
    tests: ['tests/unit/features/billing/domain/change/decide-change.test.ts'],
  },
  {
    name: 'hold: what is held opens nothing',
    edits: [
      {
        file: 'src/features/billing/domain/entitlement/decide-entitlements.ts',
        find: 'const granting = live.filter(({ holds }) => holds.length === 0)',
        replace: 'const granting = live.filter(({ holds }) => holds.length >= 0)',
      },
    ],
    tests: ['tests/unit/features/billing/domain/entitlement/decide-entitlements.test.ts'],
  },
  {
    name: 'add-on: without its base it opens nothing',
    edits: [
      {
        file: 'src/features/billing/domain/entitlement/decide-entitlements.ts',
        find: 'if (!policy.addOn.needsBase) return live',
        replace: 'if (!policy.addOn.needsBase || live.length > 0) return live',
      },
    ],
    tests: ['tests/unit/features/billing/domain/entitlement/one-time-purchases.test.ts'],
  },
  {
    name: 'packs: what adds, adds',
    edits: [
      {
        file: 'src/features/billing/domain/entitlement/decide-entitlements.ts',
        find: "return catalogue.limits[limit].combine === 'add' ? known + amount : Math.max(known, amount)",
        replace: 'return Math.max(known, amount)',
      },
    ],
    tests: [
      'tests/unit/features/billing/domain/entitlement/one-time-purchases.test.ts',
      'tests/unit/features/billing/domain/entitlement/decide-entitlements.test.ts',
    ],
  },
  {
    name: 'cache: no value is kept beyond the end of what it says (I5)',
    edits: [
      {
        file: 'src/infrastructure/redis/index.ts',
        find: 'return Math.max(1, Math.floor(validUntil === null ? jittered : Math.min(jittered, validUntil - now)))',
        replace: 'return Math.max(1, Math.floor(jittered))',
      },
    ],
    tests: [
      'tests/unit/infrastructure/redis/UserEntitlementCacheLayers.test.ts',
      'tests/integration/infrastructure/redis/entitlement-cache-expiration.test.ts',
    ],
  },
  {
    name: 'cache before mark: a mark never stands alone',
    edits: [
      {
        file: 'src/features/billing/infrastructure/stripe/StripeEventMemory.ts',
        find: `if (entitlements !== null) this.#cache.appendSet(pipeline, entitlements)
    if (eventId !== null) this.#processed.appendMark(pipeline, eventId)`,
        replace: `if (eventId !== null) this.#processed.appendMark(pipeline, eventId)
    if (entitlements !== null) this.#cache.appendSet(pipeline, entitlements)`,
      },
    ],
    tests: ['tests/unit/infrastructure/stripe/StripeEventMemory.test.ts'],
  },
  {
    name: 'kept: what is named is read',
    edits: [
      {
        file: 'src/features/billing/application/ApplyStripeEvent.ts',
        find: 'for (const kept of applied.kept) {',
        replace: 'for (const kept of applied.kept.slice(applied.kept.length)) {',
      },
    ],
    tests: ['tests/unit/features/billing/application/ApplyStripeEvent.test.ts'],
  },
  {
    name: 'rate limit: a user who asks too often waits',
    edits: [
      {
        file: 'src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts',
        find: "if (!verdict.allowed) return { kind: 'rate_limited', retryAfterSeconds: verdict.retryAfterSeconds }",
        replace: '',
      },
    ],
    tests: [
      'tests/unit/features/billing/checkout/CreateCheckoutSessionUseCase.test.ts',
      'tests/integration/api/checkout/session-authentication.test.ts',
    ],
  },
  {
    name: 'checkout: another open session is ended at Stripe first (F40)',
    edits: [
      {
        file: 'src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts',
        find: 'const ended = await this.#checkout.expireSession(sessionId)',
        replace: "const ended = 'expired' as 'expired' | 'complete' | typeof sessionId",
      },
    ],
    tests: ['tests/unit/features/billing/checkout/CreateCheckoutSessionUseCase.test.ts'],
  },
  {
    name: 'checkout: what an overtaken holder opened is ended',
    edits: [
      {
        file: 'src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts',
        find: 'await this.#checkout.expireSession(creation.session.sessionId)',
        replace: '',
      },
    ],
    tests: ['tests/unit/features/billing/checkout/CreateCheckoutSessionRetries.test.ts'],
  },
  {
    name: 'checkout: who is late asks anew',
    edits: [
      {
        file: 'src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts',
        find: "if (this.#clock.now() - now >= RESERVATION_TAKEOVER_SECONDS * 1000) return 'again'",
        replace: '',
      },
    ],
    tests: ['tests/unit/features/billing/checkout/CreateCheckoutSessionRetries.test.ts'],
    noticedBy:
      'F61: a reservation whose holder is busy, slow or gone a holder that was slow to link the customer asks anew before it opens a session',
  },
  {
    name: 'checkout: what a gone holder left at Stripe is ended',
    edits: [
      {
        file: 'src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts',
        find: "if (reservation.outcome === 'taken_over') await this.#expireForgotten(customerId)",
        replace: '',
      },
    ],
    tests: ['tests/unit/features/billing/checkout/CreateCheckoutSessionRetries.test.ts'],
  },
]
