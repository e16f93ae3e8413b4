import type { SourceSnapshot } from '#src/features/billing/domain/change/Change.ts'
import type {
  ISecondPurchases,
  SecondPurchase,
} from '#src/features/billing/domain/interfaces/ISecondPurchases.ts'
import { isPaidBack } from './is-paid-back.ts'
import type { MemoryTables, SourceRow } from './MemoryTables.ts'

/** F40: whether this source and another of its user's are live, of which a user buys one. */
export function isSecondPurchase(tables: MemoryTables, source: SourceSnapshot | null, now: number): boolean {
  const mine = source && tables.sources.get(source.source_id)
  if (!mine || !isLivePurchase(tables, mine, now)) return false
  const others = tables.sources.where((other) => other !== mine && keyOf(other) === keyOf(mine))
  return others.some((other) => isLivePurchase(tables, other, now))
}

/** What was bought twice, in this process: what `list_second_purchases` promises. */
export class MemorySecondPurchases implements ISecondPurchases {
  readonly #tables: MemoryTables

  constructor(tables: MemoryTables) {
    this.#tables = tables
  }

  async list(limit: number, now: number): Promise<readonly SecondPurchase[]> {
    const live = this.#tables.sources.where((row) => isLivePurchase(this.#tables, row, now))
    const twice = Object.values(Object.groupBy(live, keyOf)).flatMap((rows = []) => {
      const [first] = rows
      if (first === undefined || rows.length < 2) return []
      const sourceIds = rows.map(({ snapshot }) => snapshot.source_id)
      return [{ userId: first.userId, plan: first.snapshot.plan, sourceIds }]
    })
    return twice.toSorted((a, b) => (a.userId < b.userId ? -1 : 1)).slice(0, limit)
  }
}

/** Of two with one key a user buys one. */
function keyOf({ userId, snapshot }: SourceRow): string {
  return [userId, snapshot.kind, snapshot.kind === 'subscription' ? '' : snapshot.plan].join(' ')
}

function isLivePurchase(tables: MemoryTables, { snapshot, expiresAt }: SourceRow, now: number): boolean {
  const { kind, source_id, bought_once, grants_access, terminal, amount_paid } = snapshot
  if (!bought_once || !grants_access || terminal) return false
  if (expiresAt !== null && expiresAt * 1000 <= now) return false
  return kind !== 'payment' || !isPaidBack(tables, source_id, amount_paid)
}
