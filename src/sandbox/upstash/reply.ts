/**
 * Redis strings are bytes. In this folder a string stands for bytes, one character a byte (latin1), so that keys,
 * values and script arguments of any content survive both engines and the way through Lua.
 */
export type Bytes = string

/** A RESP simple string, such as `OK` or `PONG`. */
export interface StatusReply {
  readonly status: string
}

/** What a command answers, in RESP2's own kinds. */
export type Reply = number | Bytes | null | StatusReply | CommandError | Reply[]

/** A RESP error: its message starts with the code (`ERR`, `WRONGTYPE`, `NOSCRIPT`), as on Redis's wire. */
export class CommandError extends Error {
  override name = 'CommandError'
}

export const OK: StatusReply = { status: 'OK' }

/** Bytes of a text in UTF-8. */
export function toBytes(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The text that these bytes are in UTF-8; invalid sequences become U+FFFD. */
export function toText(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** True for a RESP simple string. */
export function isStatus(reply: Reply): reply is StatusReply {
  return typeof reply === 'object' && reply !== null && 'status' in reply
}

type Json = number | string | null | Json[]

/** One item of an answer as Upstash's REST API gives it. */
export type RestItem = { result: Json } | { error: string }

/**
 * Turns a reply into the REST API's JSON. With `base64`, every string but a top-level `OK` is base64: that is what
 * the SDK expects, which decodes all strings but exactly this one
 * (upstash.com/docs/redis/features/restapi, "Base64 Encoded Responses").
 */
export function toRestItem(reply: Reply, base64: boolean): RestItem {
  if (reply instanceof CommandError) return { error: toText(reply.message) }
  if (isStatus(reply) && reply.status === 'OK') return { result: 'OK' }
  return { result: toJson(reply, base64) }
}

function toJson(reply: Reply, base64: boolean): Json {
  if (reply === null || typeof reply === 'number') return reply
  if (Array.isArray(reply)) return reply.map((item) => toJson(item, base64))
  const bytes = typeof reply === 'string' ? reply : isStatus(reply) ? reply.status : reply.message
  return base64 ? Buffer.from(bytes, 'latin1').toString('base64') : toText(bytes)
}
