import { isDeepStrictEqual } from 'node:util'

/** An object's state, as it is told; `revision` is that of the row which was seen before a read of it began. */
export interface ToldSnapshot {
  readonly at: number
  readonly rank: number
  readonly terminal: boolean
  readonly content: unknown
  /** What the content was before, where that is told. */
  readonly contentBefore: unknown
  readonly revision: number | null
}

/** An object's state, as it is known. */
export interface KnownSnapshot extends Omit<ToldSnapshot, 'contentBefore'> {
  /** The contents that came before this one in its second, as far as was told; null where a read set it. */
  readonly contentsBefore: readonly unknown[] | null
}

/** What became of a snapshot. */
export type SnapshotVerdict = 'applied' | 'unchanged' | 'stale' | 'ambiguous'

/** Whether what is told is newer than what is known: an older word never overwrites a newer one (I4). */
export function compareSnapshots(known: KnownSnapshot | null, told: ToldSnapshot): SnapshotVerdict {
  if (known === null) return 'applied'
  if (known.terminal !== told.terminal) return told.terminal ? 'applied' : 'stale'
  if (told.revision === known.revision) return 'applied'
  const age = told.at - known.at || told.rank - known.rank
  if (age < 0) return 'stale'
  if (isDeepStrictEqual(told.content, known.content)) return 'unchanged'
  if (age > 0) return 'applied'
  const beganHere = isDeepStrictEqual(told.contentBefore, known.content)
  const wasHere = includes(known.contentsBefore ?? [], told.content)
  if (beganHere === wasHere || known.contentsBefore === null) return 'ambiguous'
  return beganHere ? 'applied' : 'stale'
}

/** What came before the content that is in force once the verdict is carried out, in that second. */
export function contentsBefore(
  known: KnownSnapshot | null,
  told: ToldSnapshot,
  verdict: SnapshotVerdict,
): readonly unknown[] | null {
  const isSameSecond = known !== null && known.at === told.at && known.rank === told.rank
  if (verdict === 'stale' && !isSameSecond) return known?.contentsBefore ?? null
  if (isSameSecond && known.contentsBefore === null) return null
  if (told.revision !== null) return isSameSecond && verdict !== 'applied' ? known.contentsBefore : null
  const inForce = verdict === 'stale' ? known?.content : told.content
  const candidates = [
    ...(isSameSecond ? (known.contentsBefore ?? []) : []),
    ...(isSameSecond && verdict === 'applied' ? [known.content] : []),
    ...(told.contentBefore === null ? [] : [told.contentBefore]),
  ]
  return candidates.filter(
    (content, index) =>
      !isDeepStrictEqual(content, inForce) && !includes(candidates.slice(0, index), content),
  )
}

function includes(contents: readonly unknown[], content: unknown): boolean {
  return contents.some((one) => isDeepStrictEqual(one, content))
}
