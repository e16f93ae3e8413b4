import { z } from 'zod'
import type { Command } from './engine.ts'
import { toBytes } from './reply.ts'

/** A request that the gateway could read: its commands, and what to make of them. */
export interface RestRequest {
  mode: 'single' | 'pipeline' | 'transaction'
  commands: readonly Command[]
}

/** Commands of one pipeline or transaction at most. */
export const MAX_COMMANDS = 10_000

const argument = z.union([z.string(), z.number(), z.boolean()]).transform((value) => toBytes(String(value)))
const command = z.tuple([argument], argument).transform(([name, ...rest]): Command => [name, ...rest])
const batch = z.array(command).min(1).max(MAX_COMMANDS)

/** Reads the body of `POST /`, `/pipeline` or `/multi-exec`; the text of Upstash's error where it is none. */
export function parseJsonRequest(path: string, body: string): RestRequest | { error: string } {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { error: 'ERR failed to parse command' }
  }
  if (path === '/') {
    const parsed = command.safeParse(json)
    if (!parsed.success) return { error: 'ERR failed to parse command' }
    return { mode: 'single', commands: [parsed.data] }
  }
  const parsed = batch.safeParse(json)
  const mode = path === '/pipeline' ? 'pipeline' : 'transaction'
  if (!parsed.success) return { error: `ERR failed to parse ${mode} request` }
  return { mode, commands: parsed.data }
}

/**
 * Reads the form with the command in the path: `/set/key/value`. A body is appended as the next argument, and query
 * parameters after it: `POST /set/key?EX=100` with the value as body
 * (upstash.com/docs/redis/features/restapi, "JSON or Binary Value").
 */
export function parsePathRequest(url: URL, body: Uint8Array | null): RestRequest | { error: string } {
  const parts: string[] = []
  try {
    for (const part of url.pathname.slice(1).split('/')) parts.push(toBytes(decodeURIComponent(part)))
  } catch {
    return { error: 'ERR failed to parse command' }
  }
  if (body !== null && body.length > 0) parts.push(Buffer.from(body).toString('latin1'))
  for (const [name, value] of url.searchParams) {
    if (name === '_token') continue
    parts.push(toBytes(name))
    if (value !== '') parts.push(toBytes(value))
  }
  const [name, ...rest] = parts
  if (name === undefined || name === '') return { error: 'ERR empty command' }
  return { mode: 'single', commands: [[name, ...rest]] }
}
