import { Collection } from '../collection.ts'
import type { State } from '../state.ts'

/** The fields of a state as JSON values: a list of objects, of entries, or of members. */
export type StateSnapshot = Record<string, unknown[]>

/**
 * Every field of the state by its name.
 * @throws Error on a field that is neither a `Collection`, a `Map` nor a `Set`: it would not survive a restart.
 */
export function snapshotOf(state: State): StateSnapshot {
  return Object.fromEntries(Object.entries(state).map(([name, part]) => [name, membersOf(name, part)]))
}

/** Puts the fields of a snapshot in place of what the state holds. What the snapshot lacks ends up empty. */
export function restoreState(state: State, snapshot: StateSnapshot): void {
  state.clear()
  for (const [name, part] of Object.entries(state)) {
    const members = snapshot[name] ?? []
    if (part instanceof Collection) for (const item of members) part.add(item as { id: string })
    else if (part instanceof Map)
      for (const [key, value] of members as [unknown, unknown][]) part.set(key, value)
    else if (part instanceof Set) for (const member of members) part.add(member)
    else throw unknownKind(name)
  }
}

function membersOf(name: string, part: unknown): unknown[] {
  if (part instanceof Collection) return [...part.values()]
  if (part instanceof Map || part instanceof Set) return [...part]
  throw unknownKind(name)
}

function unknownKind(name: string): Error {
  return new Error(
    `The field "${name}" of the state is neither a Collection, a Map nor a Set: it cannot be kept`,
  )
}
