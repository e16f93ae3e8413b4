import type { State } from '../state.ts'
import type { ApiVersion } from './api-version.ts'

export type Json = Record<string, unknown>

/** What one release changed in the shape of objects. */
export interface VersionStep {
  /** The first version that has the new shape. */
  readonly version: ApiVersion
  /** By the kind of object: its shape before the release, from the one after it. */
  readonly before: Readonly<Record<string, (object: Json, state: State) => Json>>
}

export function isHash(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The hash at `value`, or an empty one. */
export function hashAt(value: unknown): Json {
  return isHash(value) ? value : {}
}

/** The object's keys but for these. */
export function without(object: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

/** The id behind a reference, expanded or not; null where there is none. */
export function idOf(reference: unknown): string | null {
  if (typeof reference === 'string') return reference
  return isHash(reference) && typeof reference.id === 'string' ? reference.id : null
}

/** The object behind a reference: itself where it is expanded, else looked up; null where there is none. */
export function objectOf(state: State, reference: unknown): object | null {
  if (isHash(reference)) return reference
  return typeof reference === 'string' ? (state.find(reference) ?? null) : null
}
