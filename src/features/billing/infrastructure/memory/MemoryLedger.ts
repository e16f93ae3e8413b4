import { isPlanKey } from '#src/features/billing/domain/catalogue/lookup.ts'
import type {
  AppliedChange,
  Change,
  InvoicePaymentRecord,
} from '#src/features/billing/domain/change/Change.ts'
import type {
  EntitlementSource,
  UserEntitlements,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IBillingAccounts } from '#src/features/billing/domain/interfaces/IBillingAccounts.ts'
import type {
  Applied,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type {
  IEventPreview,
  Preview,
  PreviewedEvent,
} from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import { applyChange, BelongsToAnother, Forgotten, ReadFirst } from './apply-change.ts'
import { holdFacts, paidThrough } from './hold-facts.ts'
import { keptEvents, linkUser, resolveUser, userOfPayment } from './link-customer.ts'
import { livePasses } from './live-passes.ts'
import type { MemoryTables, SourceRow } from './MemoryTables.ts'
import { trialsOf } from './MemoryTrials.ts'
import { isSecondPurchase } from './second-purchase.ts'
import { pastDueSince } from './source-snapshot.ts'
import { subscribedBefore } from './subscribed-before.ts'

/**
 * The ledger in this process, for what must try tens of thousands of histories: the promises of the SQL functions,
 * held to the same suite, with none of their code. Nothing is read or written outside of the tables that it is given.
 */
export class MemoryLedger implements IEntitlementLedger, IEventPreview, IBillingAccounts {
  readonly #tables: MemoryTables

  constructor(tables: MemoryTables) {
    this.#tables = tables
  }

  async applyStripeEvent(event: RecordedEvent | null, change: Change, now: number): Promise<Applied> {
    return this.#applyStripeEvent(event, change, now)
  }

  async previewStripeEvents(events: readonly PreviewedEvent[], now: number): Promise<Preview> {
    const answers: Applied[] = []
    try {
      this.#tables.transaction(() => {
        for (const { event, change } of events) answers.push(this.#applyStripeEvent(event, change, now))
        throw new Previewed()
      })
    } catch (error) {
      if (!(error instanceof Previewed)) throw error
    }
    const userIds = new Set(
      answers.flatMap((answer) => (answer.outcome === 'ambiguous' ? [] : (answer.userId ?? []))),
    )
    return { answers, before: [...userIds].map((userId) => this.#entitlementsOf(userId, now)) }
  }

  #applyStripeEvent(event: RecordedEvent | null, change: Change, now: number): Applied {
    try {
      return this.#tables.transaction(() => this.#apply(event, change, now))
    } catch (error) {
      if (error instanceof ReadFirst) {
        return { outcome: 'ambiguous', reason: error.reason, revision: error.revision }
      }
      const { user_id, customer_id } = change
      const record = (kind: 'unresolved' | 'ignored', reason: string, recorded: RecordedEvent | null) =>
        this.#tables.transaction(() => this.#apply(recorded, { kind, reason, user_id, customer_id }, now))
      if (error instanceof BelongsToAnother) return record('unresolved', error.message, event)
      if (!(error instanceof Forgotten)) throw error
      const pays = change.kind === 'change' && change.source?.grants_access === true
      const bare = event && { ...event, payload: new Uint8Array() }
      return record('ignored', pays ? 'forgotten_user_pays' : 'forgotten_user', bare)
    }
  }

  async getUserEntitlements(userId: string, now: number): Promise<UserEntitlements> {
    return this.#entitlementsOf(userId, now)
  }

  async getBillingAccount(userId: string, now: number, invoicesMax: number) {
    const invoices = this.#tables.invoices
      .where((row) => row.userId === userId)
      .map(({ invoice }) => ({
        invoiceId: invoice.invoice_id,
        number: invoice.number,
        status: invoice.status,
        amountDue: invoice.amount_due,
        amountPaid: invoice.amount_paid,
        currency: invoice.currency,
        createdAt: invoice.invoiced_at * 1000,
        hostedInvoiceUrl: invoice.hosted_invoice_url,
      }))
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.invoiceId < b.invoiceId ? -1 : 1))
    return {
      entitlements: this.#entitlementsOf(userId, now),
      customerId: this.#tables.users.get(userId)?.customerId ?? null,
      subscribedBefore: subscribedBefore(this.#tables, userId),
      trials: trialsOf(this.#tables, userId),
      invoices: invoices.slice(0, invoicesMax),
    }
  }

  #apply(event: RecordedEvent | null, change: Change, now: number): Applied {
    const recorded = event === null ? null : this.#tables.events.get(event.id)
    if (recorded !== null && recorded.outcome !== 'unresolved') {
      return this.#answer('duplicate', recorded.reason, recorded.userId, now)
    }
    let outcome: 'applied' | 'stale' | 'ignored' | 'unresolved'
    let { reason } = change
    const cause = { eventId: event?.id ?? null, now }
    let userId: string | null = null
    if (change.kind === 'change') {
      userId = this.#userOf(change)
      if (userId !== null) {
        linkUser(this.#tables, userId, change.links_customer ? change.customer_id : null, cause)
      }
      const takesBack = change.invoice_payments.filter((payment) => this.#rememberPayment(payment)).length > 0
      if (userId !== null) {
        outcome = applyChange(this.#tables, userId, change, cause)
        if (takesBack) this.#tables.raiseVersion(userId, cause)
        if (outcome === 'applied' && isSecondPurchase(this.#tables, change.source, now)) {
          reason ??= 'second_purchase'
        }
      } else if (change.needs_user) {
        outcome = 'unresolved'
        reason = 'unknown_user'
      } else {
        outcome = 'applied'
      }
    } else {
      outcome = change.kind
    }
    if (event !== null) {
      const body = recorded?.event ?? event
      this.#tables.events.set(event.id, { event: body, outcome, reason, userId, change })
    }
    return this.#answer(outcome, reason, userId, now)
  }

  /** Whose change it is: what it says itself, else whose payment it is about. Throws `ReadFirst` where that is not known. */
  #userOf(change: AppliedChange): string | null {
    const named = resolveUser(this.#tables, change.user_id, change.customer_id)
    if (named !== null) return named
    const paymentId = change.required_payment_id
    if (paymentId !== null) {
      const owner = userOfPayment(this.#tables, paymentId)
      if (owner === null) throw new ReadFirst('payment_unknown', 0)
      return owner
    }
    if (change.needs_user) return null
    const paid = new Set(change.invoice_payments.map(({ payment_id }) => payment_id))
    return this.#tables.reversals.where(({ reversal }) => paid.has(reversal.payment_id))[0]?.userId ?? null
  }

  /** Answers whether it is new and the payment was taken back already. */
  #rememberPayment(payment: InvoicePaymentRecord): boolean {
    const { invoicePayments, reversals } = this.#tables
    const key = `${payment.payment_id} ${payment.invoice_id}`
    const known = invoicePayments.get(key)
    const isItsOwnWord = ({ invoice_payment_id: id }: InvoicePaymentRecord) => id.startsWith('inpay_')
    if (known !== null && (isItsOwnWord(known) || !isItsOwnWord(payment))) return false
    invoicePayments.set(key, payment)
    return reversals.where(({ reversal }) => reversal.payment_id === payment.payment_id).length > 0
  }

  #answer(
    outcome: Exclude<Applied['outcome'], 'ambiguous'>,
    reason: string | null,
    userId: string | null,
    now: number,
  ): Applied {
    return {
      outcome,
      reason,
      userId,
      entitlements: userId === null ? null : this.#entitlementsOf(userId, now),
      kept: userId === null ? [] : keptEvents(this.#tables, userId).map(({ event }) => event),
      trials: userId === null ? [] : trialsOf(this.#tables, userId),
    }
  }

  #entitlementsOf(userId: string, now: number): UserEntitlements {
    const { users, sources, epoch } = this.#tables
    const counter = users.get(userId)?.version ?? 0
    const rows = sources.where((row) => row.userId === userId)
    const passes = livePasses(rows, Math.floor(now / 1000))
    const live = rows.filter((row) => isLive(row, now, passes))
    return { userId, version: { epoch, counter }, sources: live.map((row) => this.#sourceOf(row)) }
  }

  #sourceOf(row: SourceRow): EntitlementSource {
    const { snapshot } = row
    return {
      kind: snapshot.kind,
      sourceId: snapshot.source_id,
      status: snapshot.status,
      items: snapshot.items.flatMap(({ plan, plan_version, quantity, interval, expires_at }) =>
        isPlanKey(plan)
          ? [
              {
                plan,
                planVersion: plan_version,
                quantity,
                interval: interval === 'month' || interval === 'year' ? interval : null,
                expiresAt: inMs(expires_at),
              },
            ]
          : [],
      ),
      expiresAt: inMs(row.expiresAt),
      renewsAt: inMs(snapshot.renews_at),
      cancelsAt: inMs(snapshot.cancels_at),
      pastDueSince: snapshot.status === 'past_due' ? inMs(pastDueSince(row)) : null,
      paidAt: snapshot.duration_seconds === null ? null : inMs(row.paidAt),
      durationMs: inMs(snapshot.duration_seconds),
      paidThrough: paidThrough(this.#tables, row),
      holds: holdFacts(this.#tables, row),
      stripeEventId: row.eventId,
    }
  }
}

/** Undoes the transaction of a preview. */
class Previewed extends Error {}

function isLive({ snapshot, expiresAt }: SourceRow, now: number, passes: ReadonlySet<string>): boolean {
  if (snapshot.terminal || !(snapshot.grants_access || snapshot.status === 'paused')) return false
  return expiresAt === null || expiresAt * 1000 > now || passes.has(snapshot.source_id)
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000
}
