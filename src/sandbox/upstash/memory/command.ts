import { type Bytes, CommandError, type Reply } from '../reply.ts'
import type { Keyspace } from './keyspace.ts'

/** How one command is run: `args` are those after its name, already counted against `arity`. */
export interface CommandSpec {
  /** Redis's own counting: the name included, negative for "at least". */
  arity: number
  /** @throws CommandError to refuse; nothing may be changed by then. */
  run: (db: Keyspace, args: readonly Bytes[]) => Reply
}

export type CommandTable = Readonly<Record<string, CommandSpec>>

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

export function syntaxError(): CommandError {
  return new CommandError('ERR syntax error')
}

export function wrongArity(name: string): CommandError {
  return new CommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)
}

/** An argument that the arity has promised. */
export function argument(args: readonly Bytes[], index: number): Bytes {
  const value = args[index]
  if (value === undefined) throw syntaxError()
  return value
}

/** Reads a signed 64-bit integer in Redis's strict form: no sign `+`, no spaces, no leading zeros. */
export function parseInt64(text: Bytes | undefined): bigint {
  if (text !== undefined && /^(0|-?[1-9]\d{0,18})$/.test(text)) {
    const value = BigInt(text)
    if (value >= INT64_MIN && value <= INT64_MAX) return value
  }
  throw new CommandError('ERR value is not an integer or out of range')
}

export function parseInteger(text: Bytes | undefined): number {
  return Number(parseInt64(text))
}

/** Adds within 64 bits. @throws as INCR does on overflow. */
export function addInt64(a: bigint, b: bigint): bigint {
  const sum = a + b
  if (sum > INT64_MAX || sum < INT64_MIN) throw new CommandError('ERR increment or decrement would overflow')
  return sum
}

/** Reads a double as Redis does, `inf` with either sign among them. */
export function parseDouble(text: Bytes | undefined, message = 'ERR value is not a valid float'): number {
  if (text !== undefined) {
    if (/^[+-]?inf(inity)?$/i.test(text)) {
      return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    }
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  }
  throw new CommandError(message)
}

/** Writes a double as Redis from 7.2 on does: the shortest text that reads back as the same number. */
export function formatDouble(value: number): Bytes {
  if (value === Number.POSITIVE_INFINITY) return 'inf'
  if (value === Number.NEGATIVE_INFINITY) return '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

/** A matcher for Redis's glob patterns: `*`, `?`, `[a-z]`, `[^a]` and backslash. */
export function globMatcher(pattern: Bytes): (text: Bytes) => boolean {
  let source = ''
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern.charAt(i)
    const end = char === '[' ? pattern.indexOf(']', i + 1) : -1
    if (char === '*') source += '[^]*'
    else if (char === '?') source += '[^]'
    else if (end > 0) {
      source += `[${pattern.slice(i + 1, end).replace(/[\\[\]]/g, '\\$&')}]`
      i = end
    } else if (char === '\\' && i + 1 < pattern.length) {
      i += 1
      source += escapeRegExp(pattern.charAt(i))
    } else source += escapeRegExp(char)
  }
  const expression = new RegExp(`^${source}$`)
  return (text) => expression.test(text)
}

function escapeRegExp(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
