import type { ICheckoutAttempts } from '#src/features/billing/domain/checkout/interfaces/ICheckoutAttempts.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IBillingAccounts } from '#src/features/billing/domain/interfaces/IBillingAccounts.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventPreview } from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import type { IForgottenUsers } from '#src/features/billing/domain/interfaces/IForgottenUsers.ts'
import type { IManualGrants } from '#src/features/billing/domain/interfaces/IManualGrants.ts'
import type { IOutbox } from '#src/features/billing/domain/interfaces/IOutbox.ts'
import type { IReconcileStore } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import type { ISecondPurchases } from '#src/features/billing/domain/interfaces/ISecondPurchases.ts'
import type { ITrials } from '#src/features/billing/domain/trial/ITrials.ts'
import { DatabaseGrants } from '#src/infrastructure/db/database-grants.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { ForgottenUsers } from '#src/infrastructure/db/forgotten-users.ts'
import { LedgerService } from '#src/infrastructure/db/ledger-service.ts'
import { OutboxService } from '#src/infrastructure/db/outbox-service.ts'
import { ReconcileStore } from '#src/infrastructure/db/reconcile-store.ts'
import { SecondPurchases } from '#src/infrastructure/db/second-purchases.ts'
import { Trials } from '#src/infrastructure/db/trials.ts'
import type { TestDatabase } from './test-database.ts'

/** Everything that billing asks of where it keeps what it knows. */
export type BillingStore = IEntitlementLedger &
  ICheckoutAttempts &
  IBillingAccounts & { getUserEntitlements(userId: string, now: number): Promise<UserEntitlements> }

/** A store under test, and what a test may look at or do behind its back. */
export interface LedgerUnderTest {
  readonly service: BillingStore
  readonly grants: IManualGrants
  readonly outbox: IOutbox
  readonly users: IForgottenUsers
  readonly secondPurchases: ISecondPurchases
  readonly trials: ITrials
  readonly reconciliations: IReconcileStore
  readonly preview: IEventPreview
  addUser(): Promise<string>
  removeUser(userId: string): Promise<void>
  setEpoch(epoch: number): Promise<void>
  /** What the ledger says of an event; undefined where it knows of none. */
  event(eventId: string): Promise<KeptEvent | undefined>
  eventsOf(userId: string): Promise<number>
  /** The one source of a user. */
  source(userId: string): Promise<KeptSource | undefined>
  attemptsOf(userId: string): Promise<readonly string[]>
  invoicePayment(id: string): Promise<{ invoiceId: string; paymentKind: string } | undefined>
  close(): Promise<void>
}

export interface KeptEvent {
  readonly outcome: string
  readonly reason: string | null
  /** The body in hexadecimal digits. */
  readonly payload: string
}

export interface KeptSource {
  readonly userId: string
  readonly status: string
  readonly stripeEventId: string | null
  /** Whole seconds. */
  readonly expiresAt: number | null
}

/** A database of ours as a store. */
export function overSql(database: TestDatabase): LedgerUnderTest {
  const first = async <T>(sql: string, parameters: unknown[]) =>
    (await database.query(sql, parameters))[0] as T | undefined
  return {
    service: new DatabaseService(database.call),
    grants: new DatabaseGrants(database.call),
    outbox: new OutboxService(database.call),
    secondPurchases: new SecondPurchases(database.call),
    trials: new Trials(database.call),
    reconciliations: new ReconcileStore(database.call),
    preview: new LedgerService(database.call),
    users: new ForgottenUsers(database.call),
    addUser: () => database.addUser(),
    removeUser: async (userId) =>
      void (await database.query('delete from auth.users where id = $1', [userId])),
    setEpoch: async (epoch) => void (await database.query('update billing_epoch set epoch = $1', [epoch])),
    event: (eventId) =>
      first(
        `select outcome, reason, encode(payload, 'hex') as payload from stripe_events where event_id = $1`,
        [eventId],
      ),
    eventsOf: async (userId) =>
      (await database.query('select 1 from stripe_events where user_id = $1', [userId])).length,
    source: (userId) =>
      first(
        `select user_id as "userId", status, stripe_event_id as "stripeEventId",
           extract(epoch from expires_at)::double precision as "expiresAt"
         from user_entitlements where user_id = $1`,
        [userId],
      ),
    attemptsOf: async (userId) =>
      (await database.query('select status from checkout_attempts where user_id = $1', [userId])).map(
        ({ status }) => String(status),
      ),
    invoicePayment: (id) =>
      first(
        `select invoice_id as "invoiceId", payment_kind as "paymentKind" from invoice_payments
         where invoice_payment_id = $1`,
        [id],
      ),
    close: () => database.close(),
  }
}
