import { isPlanKey } from '#src/features/billing/domain/catalogue/lookup.ts'
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
import { isPaidBack } from './is-paid-back.ts'
import { linkUser } from './link-customer.ts'
import type { AttemptRow, MemoryTables, SourceRow } from './MemoryTables.ts'
import { subscribedBefore } from './subscribed-before.ts'

/** The reservations of checkouts in this process: what the SQL functions of the same names promise. */
export class MemoryCheckoutAttempts implements ICheckoutAttempts {
  readonly #tables: MemoryTables

  constructor(tables: MemoryTables) {
    this.#tables = tables
  }

  async reserve(request: ReservationRequest): Promise<Reservation> {
    return this.#tables.transaction(() => this.#reserve(request))
  }

  async open(
    attempt: CheckoutAttempt,
    session: CheckoutSession & { readonly url: string },
  ): Promise<boolean> {
    const row = this.#tables.attempts.get(attempt.attemptId)
    if (row === null || row.attemptNumber !== attempt.attemptNumber) return false
    const isTheSame = row.session?.sessionId === session.sessionId
    if (row.status !== 'reserved' && !((row.status === 'open' || row.status === 'completed') && isTheSame))
      return false
    const { sessionId, url, expiresAt } = session
    this.#tables.attempts.set(row.attemptId, {
      ...row,
      status: 'open',
      session: { sessionId, url, expiresAt },
    })
    return true
  }

  async renew({ attemptId, attemptNumber }: CheckoutAttempt): Promise<void> {
    const row = this.#tables.attempts.get(attemptId)
    if (row?.status !== 'reserved' || row.attemptNumber !== attemptNumber) return
    this.#tables.attempts.set(attemptId, { ...row, attemptNumber: attemptNumber + 1 })
  }

  async close(attemptId: string, status: 'expired' | 'completed' | 'failed'): Promise<void> {
    const row = this.#tables.attempts.get(attemptId)
    if (row !== null && isLive(row)) this.#tables.attempts.set(attemptId, { ...row, status })
  }

  async linkCustomer(userId: string, customerId: string, now: number): Promise<string> {
    const { customerId: linked } = this.#tables.transaction(() =>
      linkUser(this.#tables, userId, customerId, { eventId: null, now }),
    )
    return linked ?? customerId
  }

  #reserve(request: ReservationRequest): Reservation {
    const { userId, plan, parametersHash, attemptId, now } = request
    const { attempts, sources } = this.#tables
    const { customerId } = linkUser(this.#tables, userId, null, { eventId: null, now })
    const [owned] = sources
      .where((row) => row.userId === userId && isOwned(this.#tables, row, request))
      .toSorted((a, b) => Number(b.snapshot.grants_access) - Number(a.snapshot.grants_access))
    if (owned !== undefined && isPlanKey(owned.snapshot.plan)) {
      return { outcome: 'already_subscribed', plan: owned.snapshot.plan, status: owned.snapshot.status }
    }
    const attemptOf = (row: AttemptRow) => ({
      attemptId: row.attemptId,
      attemptNumber: row.attemptNumber,
      customerId,
      customersBefore: this.#tables.endedCustomers.where((ended) => ended.userId === userId).length,
      subscribedBefore: subscribedBefore(this.#tables, userId),
    })
    const [live] = attempts.where((row) => row.userId === userId && isLive(row))
    const isSame = live?.parametersHash === parametersHash
    let outcome: 'reserved' | 'taken_over' = 'reserved'
    if (live?.status === 'open' && live.session !== null && live.session.expiresAt > now) {
      const session = new CheckoutSession({ ...live.session, status: 'open' })
      return { outcome: isSame ? 'open' : 'other_open', attempt: attemptOf(live), session }
    }
    if (live?.status === 'open') attempts.set(live.attemptId, { ...live, status: 'expired' })
    if (live?.status === 'reserved') {
      if (isSame) {
        attempts.set(live.attemptId, { ...live, reservedAt: Math.max(live.reservedAt, now) })
        return { outcome: live.takesOver ? 'taken_over' : 'reserved', attempt: attemptOf(live) }
      }
      if (live.reservedAt + RESERVATION_TAKEOVER_SECONDS * 1000 > now) return { outcome: 'in_progress' }
      attempts.set(live.attemptId, { ...live, status: 'failed' })
      outcome = 'taken_over'
    }
    const row: AttemptRow = {
      attemptId,
      attemptNumber: 1,
      userId,
      plan,
      parametersHash,
      status: 'reserved',
      session: null,
      reservedAt: now,
      takesOver: outcome === 'taken_over',
    }
    attempts.set(attemptId, row)
    return { outcome, attempt: attemptOf(row) }
  }
}

function isLive({ status }: AttemptRow): boolean {
  return status === 'reserved' || status === 'open'
}

/** A second subscription is a change of the first; what lasts for life is bought once, unless it is a pack or was paid back. */
function isOwned(
  tables: MemoryTables,
  { snapshot, expiresAt }: SourceRow,
  { plan, renewing, repeatable }: ReservationRequest,
): boolean {
  if (snapshot.terminal) return false
  if (snapshot.kind === 'subscription') return renewing && snapshot.status !== 'incomplete'
  if (snapshot.kind !== 'payment' || snapshot.plan !== plan || expiresAt !== null || repeatable) return false
  return !isPaidBack(tables, snapshot.source_id, snapshot.amount_paid)
}
