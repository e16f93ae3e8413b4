import { createHash } from 'node:crypto'
import type { Command } from './engine.ts'
import { type Bytes, CommandError, type Reply } from './reply.ts'

/** Flags of a script's first line that Upstash knows and Redis refuses; `@upstash/ratelimit` sets this one. */
const UPSTASH_ONLY_FLAGS = new Set(['allow-key-locking'])
const SHEBANG = /^#!lua[^\n]*/

/**
 * Lets scripts with Upstash's own flags run on a real Redis: takes the flags out on the way in, and keeps the SHA1
 * that the client knows the script by.
 */
export class ScriptFlagTranslator {
  readonly #known = new Map<string, string>()

  /** The command as Redis can take it. */
  outgoing(command: Command): Command {
    const [name, first, ...rest] = command
    const upper = name.toUpperCase()
    if (first === undefined) return command
    if (upper === 'EVAL' || upper === 'EVAL_RO') return [name, this.#translate(first), ...rest]
    if (upper === 'EVALSHA' || upper === 'EVALSHA_RO') return [name, this.#sha(first), ...rest]
    if (upper !== 'SCRIPT') return command
    const subcommand = first.toUpperCase()
    if (subcommand === 'LOAD') return [name, first, ...rest.map((code) => this.#translate(code))]
    if (subcommand === 'EXISTS') return [name, first, ...rest.map((sha) => this.#sha(sha))]
    return command
  }

  /** The reply as the client expects it: `SCRIPT LOAD` answers the SHA1 of what the client sent. */
  incoming([name, first, code]: Command, reply: Reply): Reply {
    const loaded = name.toUpperCase() === 'SCRIPT' && first?.toUpperCase() === 'LOAD' && code !== undefined
    return loaded && !(reply instanceof CommandError) ? sha1(code) : reply
  }

  #translate(code: Bytes): Bytes {
    const line = SHEBANG.exec(code)?.[0]
    if (line === undefined) return code
    const translated = code.replace(line, withoutFlags(line))
    if (translated !== code) this.#known.set(sha1(code), sha1(translated))
    return translated
  }

  #sha(sha: Bytes): Bytes {
    return this.#known.get(sha.toLowerCase()) ?? sha
  }
}

function withoutFlags(line: string): string {
  return line.replace(/\s*flags=(\S*)/, (_, flags: string) => {
    const kept = flags.split(',').filter((flag) => !UPSTASH_ONLY_FLAGS.has(flag))
    return kept.length === 0 ? '' : ` flags=${kept.join(',')}`
  })
}

function sha1(code: Bytes): string {
  return createHash('sha1').update(Buffer.from(code, 'latin1')).digest('hex')
}
