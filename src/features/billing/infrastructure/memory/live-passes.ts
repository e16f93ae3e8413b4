import type { SourceRow } from './MemoryTables.ts'

/** Which of a user's timed passes bear on access at or after `now` (whole seconds): those of a chain that has not ended. */
export function livePasses(rows: readonly SourceRow[], now: number): ReadonlySet<string> {
  const live = new Set<string>()
  const chains = new Map<string, { members: string[]; end: number }>()
  const passes = rows
    .filter(({ snapshot }) => snapshot.duration_seconds !== null && !snapshot.terminal)
    .toSorted(
      (a, b) => (a.paidAt ?? 0) - (b.paidAt ?? 0) || (a.snapshot.source_id < b.snapshot.source_id ? -1 : 1),
    )
  for (const { snapshot, paidAt } of passes) {
    const start = paidAt ?? 0
    const before = chains.get(snapshot.plan)
    const chain = before !== undefined && start <= before.end ? before : { members: [], end: start }
    chain.members.push(snapshot.source_id)
    chain.end += snapshot.duration_seconds ?? 0
    chains.set(snapshot.plan, chain)
    if (chain.end > now) for (const member of chain.members) live.add(member)
  }
  return live
}
