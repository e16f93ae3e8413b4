import { isDeepStrictEqual } from 'node:util'
import type { SourceSnapshot } from '#src/features/billing/domain/change/Change.ts'
import {
  compareSnapshots,
  contentsBefore,
  type KnownSnapshot,
  type SnapshotVerdict,
  type ToldSnapshot,
} from './compare-snapshots.ts'
import type { SourceRow } from './MemoryTables.ts'

/** A source after one snapshot of Stripe's object: the same rules as `billing.apply_source_snapshot`, told in our own words. */
export function applySnapshot(
  row: SourceRow | null,
  userId: string,
  eventId: string | null,
  snapshot: SourceSnapshot,
): { readonly verdict: SnapshotVerdict; readonly row: SourceRow | null } {
  const verdict = compareSnapshots(row && knownOf(row), toldOf(snapshot))
  if (verdict === 'ambiguous') return { verdict, row }
  const merged = withSnapshot(row, userId, eventId, snapshot, verdict)
  const endMoved = verdict === 'stale' && merged.expiresAt !== row?.expiresAt
  const next = endMoved ? { ...merged, eventId } : merged
  if (isDeepStrictEqual(next, row)) return { verdict, row }
  return { verdict: endMoved ? 'applied' : verdict, row: { ...next, revision: (row?.revision ?? 0) + 1 } }
}

function knownOf(row: SourceRow): KnownSnapshot {
  return {
    at: row.at,
    rank: row.rank,
    terminal: row.snapshot.terminal,
    content: row.snapshot.content,
    contentsBefore: row.contentsBefore,
    revision: row.revision,
  }
}

function toldOf(snapshot: SourceSnapshot): ToldSnapshot {
  return {
    at: snapshot.snapshot_at,
    rank: snapshot.snapshot_rank,
    terminal: snapshot.terminal,
    content: snapshot.content,
    contentBefore: snapshot.content_before,
    revision: snapshot.read_after_revision,
  }
}

function withSnapshot(
  row: SourceRow | null,
  userId: string,
  eventId: string | null,
  snapshot: SourceSnapshot,
  verdict: SnapshotVerdict,
): SourceRow {
  const at = snapshot.snapshot_at
  const isPastDue = snapshot.status === 'past_due'
  const inForce =
    verdict === 'applied' || row === null
      ? { snapshot, eventId }
      : { snapshot: row.snapshot, eventId: row.eventId }
  const version =
    verdict === 'stale' && row !== null
      ? { at: row.at, rank: row.rank }
      : { at: Math.max(row?.at ?? at, at), rank: snapshot.snapshot_rank }
  const notPastDueAt = latest(row?.notPastDueAt, isPastDue ? null : at)
  const counts = (seen: number | null | undefined) =>
    seen != null && seen >= (notPastDueAt ?? 0) ? seen : null
  const facts = {
    pastDueEnteredAt: latest(row?.pastDueEnteredAt, snapshot.past_due_entered_at),
    notPastDueAt,
    pastDueSeenAt: earliest(counts(row?.pastDueSeenAt), isPastDue ? counts(at) : null),
    paidAt: earliest(row?.paidAt, snapshot.paid_at),
  }
  const next = {
    userId,
    ...inForce,
    ...version,
    contentsBefore: contentsBefore(row && knownOf(row), toldOf(snapshot), verdict),
    ...facts,
    revision: row?.revision ?? 0,
  }
  return { ...next, expiresAt: endOf(next) }
}

/** The moment a subscription became past due, from facts that merge in any order. */
export function pastDueSince(row: Omit<SourceRow, 'expiresAt'>): number {
  const { pastDueEnteredAt, pastDueSeenAt, notPastDueAt, at } = row
  const counts = (fact: number | null) => fact !== null && fact >= (notPastDueAt ?? 0)
  if (pastDueEnteredAt !== null && counts(pastDueEnteredAt)) return pastDueEnteredAt
  return pastDueSeenAt !== null && counts(pastDueSeenAt) ? pastDueSeenAt : at
}

function endOf(row: Omit<SourceRow, 'expiresAt'>): number | null {
  const { status, expires_at, past_due_grace_seconds, duration_seconds } = row.snapshot
  if (status === 'past_due') {
    const grace = past_due_grace_seconds === null ? null : pastDueSince(row) + past_due_grace_seconds
    return earliest(expires_at, grace)
  }
  if (duration_seconds !== null) return row.paidAt === null ? null : row.paidAt + duration_seconds
  return expires_at
}

/** As SQL's `greatest` and `least`: what is not known does not count. */
function latest(a: number | null | undefined, b: number | null): number | null {
  if (a == null || b === null) return a ?? b
  return Math.max(a, b)
}

function earliest(a: number | null | undefined, b: number | null): number | null {
  if (a == null || b === null) return a ?? b
  return Math.min(a, b)
}
