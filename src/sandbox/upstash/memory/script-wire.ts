import { type Bytes, CommandError, isStatus, type Reply } from '../reply.ts'

/** Printable ASCII but `%`, which starts an escape. */
const PLAIN = /^[ -$&-~]*$/

/** Bytes as printable ASCII, the rest as `%` and two hexadecimal digits. */
export function escapeBytes(bytes: Bytes): string {
  if (PLAIN.test(bytes)) return bytes
  return bytes.replace(/[^ -$&-~]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

export function unescapeBytes(text: string): Bytes {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** A reply as lines that Lua's `read` understands: `:1`, `$text`, `+OK`, `-ERR no`, `_` for nil, `*2` and its items. */
export function writeReply(reply: Reply): string {
  if (reply === null) return '_'
  if (typeof reply === 'number') return `:${reply}`
  if (typeof reply === 'string') return `$${escapeBytes(reply)}`
  if (Array.isArray(reply)) return [`*${reply.length}`, ...reply.map(writeReply)].join('\n')
  return isStatus(reply) ? `+${escapeBytes(reply.status)}` : `-${escapeBytes(reply.message)}`
}

/** Reads what Lua's `write` wrote. */
export function readReply(wire: string): Reply {
  return readTokens(wire.split('\n').values())
}

/** Reads the arguments of `redis.call`: their number, then one line each. */
export function readArguments(wire: string): Bytes[] {
  return wire
    .split('\n')
    .slice(1)
    .map((token) => unescapeBytes(token.slice(1)))
}

function readTokens(tokens: Iterator<string>): Reply {
  const token = tokens.next().value ?? '_'
  const rest = token.slice(1)
  switch (token.charAt(0)) {
    case ':':
      return Number(rest)
    case '$':
      return unescapeBytes(rest)
    case '+':
      return { status: unescapeBytes(rest) }
    case '-':
      return new CommandError(unescapeBytes(rest))
    case '*':
      return Array.from({ length: Number(rest) }, () => readTokens(tokens))
    default:
      return null
  }
}

/** A JSON value as lines for Lua's `read`; beside those of replies: `{2` an object, `t` and `_` booleans, `n` null. */
export function writeJson(value: unknown): string {
  if (value === null) return 'n'
  if (typeof value === 'boolean') return value ? 't' : '_'
  if (typeof value === 'number') return `:${value}`
  if (typeof value === 'string') return `$${escapeBytes(Buffer.from(value, 'utf8').toString('latin1'))}`
  if (Array.isArray(value)) return [`*${value.length}`, ...value.map(writeJson)].join('\n')
  const pairs = Object.entries(value as Record<string, unknown>)
  return [`{${pairs.length}`, ...pairs.flatMap(([key, item]) => [writeJson(key), writeJson(item)])].join('\n')
}
