import { isDeepStrictEqual } from 'node:util'

/** What is known of an object's state, or is told anew; `revision` of what is told is that seen before a read began. */
export interface Snapshot {
  readonly at: number
  readonly rank: number
  readonly terminal: boolean
  readonly content: unknown
  readonly contentBefore: unknown
  readonly revision: number | null
}

/** What became of a snapshot. */
export type SnapshotVerdict = 'applied' | 'unchanged' | 'stale' | 'ambiguous'

/** Whether what is told is newer than what is known: an older word never overwrites a newer one (I4). */
export function compareSnapshots(known: Snapshot | null, told: Snapshot): SnapshotVerdict {
  if (known === null) return 'applied'
  if (known.terminal !== told.terminal) return told.terminal ? 'applied' : 'stale'
  if (told.revision === known.revision) return 'applied'
  const age = told.at - known.at || told.rank - known.rank
  if (age < 0) return 'stale'
  if (isDeepStrictEqual(told.content, known.content)) return 'unchanged'
  if (age > 0) return 'applied'
  const cameAfter = isDeepStrictEqual(told.contentBefore, known.content)
  const cameBefore = isDeepStrictEqual(known.contentBefore, told.content)
  if (cameAfter === cameBefore) return 'ambiguous'
  return cameAfter ? 'applied' : 'stale'
}
