import { notEmulated, parameterEmpty, parameterMissing, parameterUnknown, refused } from './errors.ts'
import type { FormHash, FormValue } from './form.ts'
import { type ApiVersion, isBefore, type RequestVersion } from './versions/api-version.ts'

/**
 * How one parameter is read. `at` is its name as Stripe spells it in an error: `items[0][price]`; `version` is the
 * version of the API that the request asked for.
 */
export interface Param<T> {
  readonly parse: (value: FormValue, at: string, version: RequestVersion) => T
  readonly isRequired?: boolean
  /** Of a hash, or of what is made of one: the names that it takes, those within one of them as `items.price`. */
  readonly keys?: readonly string[]
  /** Stripe has it, and this sandbox refuses it. */
  readonly isAbsent?: boolean
}

interface RequiredParam<T> extends Param<T> {
  readonly isRequired: true
}

type Shape = { readonly [key: string]: Param<unknown> }
type Value<P> = P extends Param<infer T> ? T : never
type RequiredKeys<S extends Shape> = {
  [K in keyof S]: S[K] extends RequiredParam<unknown> ? K : never
}[keyof S]

/** What a shape's parameters are once read. */
export type Params<S extends Shape> = { [K in RequiredKeys<S>]: Value<S[K]> } & {
  [K in Exclude<keyof S, RequiredKeys<S>>]?: Value<S[K]>
}

/** Text of at most `max` characters; an empty one is refused. */
export function text(max = 5000): Param<string> {
  return {
    parse: (value, at) => {
      const given = scalar(value, at, 'string')
      if (given === '') throw parameterEmpty(at)
      if (given.length > max) throw refused(`Invalid ${at}: must be at most ${max} characters`, at)
      return given
    },
  }
}

/** A whole number between `min` and `max`, both included. */
export function integer(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Param<number> {
  return {
    parse: (value, at) => {
      const given = scalar(value, at, 'integer')
      if (given === '') throw parameterEmpty(at)
      if (!/^-?\d{1,15}$/.test(given))
        throw refused(`Invalid integer: ${given}`, at, 'parameter_invalid_integer')
      const number = Number(given)
      if (number < min) {
        throw refused(`This value must be greater than or equal to ${min}.`, at, 'parameter_invalid_integer')
      }
      if (number > max) {
        throw refused(`This value must be less than or equal to ${max}.`, at, 'parameter_invalid_integer')
      }
      return number
    },
  }
}

/** A number that may have decimals. */
export function decimal(min: number, max: number): Param<number> {
  return {
    parse: (value, at) => {
      const given = scalar(value, at, 'decimal')
      const number = Number(given)
      if (given === '' || !/^\d+(\.\d+)?$/.test(given)) throw refused(`Invalid decimal: ${given}`, at)
      if (number < min || number > max) throw refused(`Invalid ${at}: must be between ${min} and ${max}`, at)
      return number
    },
  }
}

/** `true` or `false`. */
export function flag(): Param<boolean> {
  return {
    parse: (value, at) => {
      const given = scalar(value, at, 'boolean')
      if (given !== 'true' && given !== 'false') throw refused(`Invalid boolean: ${given}`, at)
      return given === 'true'
    },
  }
}

/** One of these words. */
export function oneOf<const W extends string>(...words: readonly W[]): Param<W> {
  return {
    parse: (value, at) => {
      const given = scalar(value, at, 'string')
      const word = words.find((candidate) => candidate === given)
      if (word === undefined) throw refused(`Invalid ${at}: must be one of ${words.join(', ')}`, at)
      return word
    },
  }
}

/** A list of at most `max` entries. */
export function list<T>(entry: Param<T>, max = 100): Param<T[]> {
  return {
    ...keysOf(entry),
    parse: (value, at, version) => {
      if (!Array.isArray(value)) throw refused('Invalid array', at)
      if (value.length > max) throw refused(`Invalid ${at}: at most ${max} entries`, at)
      return value.map((each, index) => entry.parse(each, `${at}[${index}]`, version))
    },
  }
}

/** A hash of known keys. Unknown keys and missing required ones are refused by name. */
export function hash<const S extends Shape>(shape: S): Param<Params<S>> {
  return {
    keys: Object.entries(shape).flatMap(([key, { isAbsent, keys = [] }]) =>
      isAbsent ? [] : [key, ...keys.map((inner) => `${key}.${inner}`)],
    ),
    parse: (value, at, version) => {
      if (typeof value === 'string' || Array.isArray(value)) throw refused('Invalid object', at)
      return parseShape(shape, value, at, version) as Params<S>
    },
  }
}

/** A hash under keys that are the caller's own, such as currencies. */
export function mapOf<T>(entry: Param<T>): Param<Record<string, T>> {
  return {
    ...keysOf(entry),
    parse: (value, at, version) => {
      if (typeof value === 'string' || Array.isArray(value)) throw refused('Invalid object', at)
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, entry.parse(each, `${at}[${key}]`, version)]),
      )
    },
  }
}

function parseShape(
  shape: Shape,
  given: FormHash,
  at: string,
  version: RequestVersion,
): Record<string, unknown> {
  const name = (key: string) => (at === '' ? key : `${at}[${key}]`)
  const parsed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const param = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (param === undefined) throw parameterUnknown(name(key))
    parsed[key] = param.parse(value, name(key), version)
  }
  for (const [key, param] of Object.entries(shape)) {
    if (param.isRequired && !(key in given)) throw parameterMissing(name(key))
  }
  return parsed
}

function keysOf({ keys }: Param<unknown>): Pick<Param<unknown>, 'keys'> {
  return keys ? { keys } : {}
}

/** Must be there. */
export function required<T>(param: Param<T>): RequiredParam<T> {
  return { ...keysOf(param), parse: param.parse, isRequired: true }
}

/** May be an empty string, which unsets it: null. */
export function emptyable<T>(param: Param<T>): Param<T | null> {
  return {
    ...keysOf(param),
    parse: (value, at, version) => (value === '' ? null : param.parse(value, at, version)),
  }
}

/** Two forms of one parameter: the first for a hash, the second for anything else. */
export function either<A, B>(whenHash: Param<A>, otherwise: Param<B>): Param<A | B> {
  return {
    ...keysOf(whenHash),
    parse: (value, at, version) =>
      typeof value === 'object' && !Array.isArray(value)
        ? whenHash.parse(value, at, version)
        : otherwise.parse(value, at, version),
  }
}

/** A parameter that requests of `removedIn` and later have no more. */
export function until<T>(removedIn: ApiVersion, param: Param<T>): Param<T> {
  return {
    ...keysOf(param),
    parse: (value, at, version) => {
      if (!isBefore(version, removedIn)) throw parameterUnknown(at)
      return param.parse(value, at, version)
    },
  }
}

/** A parameter that requests before `addedIn` do not have yet. */
export function since<T>(addedIn: ApiVersion, param: Param<T>): Param<T> {
  return {
    ...keysOf(param),
    parse: (value, at, version) => {
      if (version !== null && version < addedIn) throw parameterUnknown(at)
      return param.parse(value, at, version)
    },
  }
}

/** Parameters that Stripe has and this sandbox has not: each is refused by name. */
export function absent<const K extends string>(...keys: readonly K[]): Record<K, Param<never>> {
  const param: Param<never> = {
    isAbsent: true,
    parse: (_, at) => {
      throw notEmulated(at)
    },
  }
  return Object.fromEntries(keys.map((key) => [key, param])) as Record<K, Param<never>>
}

function scalar(value: FormValue, at: string, kind: string): string {
  if (typeof value !== 'string') throw refused(`Invalid ${kind}: ${JSON.stringify(value).slice(0, 100)}`, at)
  return value
}
