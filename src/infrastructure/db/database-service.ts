import { z } from 'zod'
import { CHANGE_FORMAT, type Change } from '#src/features/billing/domain/change/Change.ts'
import {
  CheckoutSession,
  RESERVATION_TAKEOVER_SECONDS,
} from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import type {
  CheckoutAttempt,
  ICheckoutAttempts,
  Reservation,
  ReservationRequest,
} from '#src/features/billing/domain/checkout/interfaces/ICheckoutAttempts.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IBillingAccounts } from '#src/features/billing/domain/interfaces/IBillingAccounts.ts'
import type {
  Applied,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import { ask, instant } from './ask.ts'
import { eventArgument } from './event-argument.ts'
import { AccountRow, AppliedRow, EntitlementsRow, ReservationRow } from './rows.ts'
import type { CallFunction } from './supabase-rpc.ts'

/**
 * Billing's tables, reached through their SQL functions alone: each method is one call, one transaction. There is no
 * method that reads in order to decide and then writes.
 */
export class DatabaseService implements IEntitlementLedger, ICheckoutAttempts, IBillingAccounts {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async applyStripeEvent(event: RecordedEvent | null, change: Change, now: number): Promise<Applied> {
    return ask(this.#call, AppliedRow, 'apply_stripe_event', {
      p_event: eventArgument(event),
      p_change: change,
      p_now: instant(now),
      p_format: CHANGE_FORMAT,
    })
  }

  /** What a user may do, from the truth. The one read behind every cache. */
  async getUserEntitlements(userId: string, now: number): Promise<UserEntitlements> {
    return ask(this.#call, EntitlementsRow, 'get_user_entitlements', {
      p_user_id: userId,
      p_now: instant(now),
    })
  }

  async getBillingAccount(userId: string, now: number, invoicesMax: number) {
    const row = await ask(this.#call, AccountRow, 'get_billing_account', {
      p_user_id: userId,
      p_now: instant(now),
      p_invoices_max: invoicesMax,
    })
    return {
      entitlements: row.entitlements,
      customerId: row.customer_id,
      subscribedBefore: row.subscribed_before,
      trials: row.trials,
      invoices: row.invoices.map((invoice) => ({
        invoiceId: invoice.invoice_id,
        number: invoice.number,
        status: invoice.status,
        amountDue: invoice.amount_due,
        amountPaid: invoice.amount_paid,
        currency: invoice.currency,
        createdAt: invoice.created_at,
        hostedInvoiceUrl: invoice.hosted_invoice_url,
      })),
    }
  }

  async reserve(request: ReservationRequest): Promise<Reservation> {
    const row = await ask(this.#call, ReservationRow, 'reserve_checkout_attempt', {
      p_user_id: request.userId,
      p_plan: request.plan,
      p_renewing: request.renewing,
      p_parameters_hash: request.parametersHash,
      p_attempt_id: request.attemptId,
      p_now: instant(request.now),
      p_takeover_after_seconds: RESERVATION_TAKEOVER_SECONDS,
      p_repeatable: request.repeatable,
    })
    if (row.outcome === 'in_progress' || row.outcome === 'already_subscribed') return row
    const attempt = {
      attemptId: row.attempt_id,
      attemptNumber: row.attempt_number,
      customerId: row.customer_id,
      customersBefore: row.customers_before,
      subscribedBefore: row.subscribed_before,
    }
    if (!('session_id' in row)) return { outcome: row.outcome, attempt }
    const session = new CheckoutSession({
      sessionId: row.session_id,
      url: row.session_url,
      status: 'open',
      expiresAt: row.session_expires_at,
    })
    return { outcome: row.outcome, attempt, session }
  }

  async open(
    attempt: CheckoutAttempt,
    session: CheckoutSession & { readonly url: string },
  ): Promise<boolean> {
    return ask(this.#call, z.boolean(), 'open_checkout_attempt', {
      p_attempt_id: attempt.attemptId,
      p_attempt_number: attempt.attemptNumber,
      p_session_id: session.sessionId,
      p_session_url: session.url,
      p_session_expires_at: instant(session.expiresAt),
    })
  }

  async renew(attempt: CheckoutAttempt): Promise<void> {
    await this.#call('renew_checkout_attempt', {
      p_attempt_id: attempt.attemptId,
      p_attempt_number: attempt.attemptNumber,
    })
  }

  async close(attemptId: string, status: 'expired' | 'completed' | 'failed'): Promise<void> {
    await this.#call('close_checkout_attempt', { p_attempt_id: attemptId, p_status: status })
  }

  async linkCustomer(userId: string, customerId: string, now: number): Promise<string> {
    return ask(this.#call, z.string(), 'link_stripe_customer', {
      p_user_id: userId,
      p_customer_id: customerId,
      p_now: instant(now),
    })
  }
}
