import type { Requester, UpstashRequest, UpstashResponse } from '@upstash/redis'
import type { Clock } from '#src/shared/types/clock.ts'

/** Carries one call out when its turn comes; or fails it, or both. */
export type Seam = <T>(name: string, effect: () => T | Promise<T>) => Promise<T>

interface Stored {
  readonly value: string
  readonly expiresAt: number
}

/**
 * The Redis of the simulation, behind the real `@upstash/redis`: the four commands that billing sends, by the
 * simulation's clock. `EVAL` can only be the script that sets what is newer, which has a suite of its own on both
 * real engines. Every request passes through `seam`, where it waits its turn and may fail.
 */
export class MemoryRedis implements Requester {
  readonly #stored: Map<string, Stored>
  readonly #clock: Clock
  readonly #seam: Seam

  constructor(deps: {
    stored: Map<string, Stored>
    clock: Clock
    seam: Seam
  }) {
    this.#stored = deps.stored
    this.#clock = deps.clock
    this.#seam = deps.seam
  }

  request = <TResult>({ path, body }: UpstashRequest): Promise<UpstashResponse<TResult>> =>
    this.#seam(`redis ${path?.[0] ?? (body as string[])[0]}`, () => {
      const commands = body as string[][]
      const answer =
        path?.[0] === 'pipeline'
          ? commands.map((command) => ({ result: this.#run(command) }))
          : { result: this.#run(body as string[]) }
      return answer as UpstashResponse<TResult>
    })

  #run([name = '', ...args]: string[]): unknown {
    switch (name.toLowerCase()) {
      case 'get':
        return quoted(this.#get(args[0] ?? ''))
      case 'exists':
        return this.#get(args[0] ?? '') === null ? 0 : 1
      case 'set':
        return this.#set(args)
      case 'eval':
        return this.#setIfNewer(args.slice(2))
      default:
        throw new Error(`the simulation's Redis has no ${name}`)
    }
  }

  #get(key: string): string | null {
    const stored = this.#stored.get(key)
    return stored !== undefined && this.#clock.now() < stored.expiresAt ? stored.value : null
  }

  #set([key = '', value = '', unit, seconds]: string[]): string {
    if (unit?.toLowerCase() !== 'ex') throw new Error(`SET with ${unit}`)
    this.#stored.set(key, { value, expiresAt: this.#clock.now() + Number(seconds) * 1000 })
    return 'OK'
  }

  #setIfNewer([key = '', epoch, counter, value = '', ttlMs]: string[]): number {
    const current = this.#get(key)
    if (current !== null) {
      const stored = JSON.parse(current)
      const isOlder =
        stored.epoch > Number(epoch) || (stored.epoch === Number(epoch) && stored.counter > Number(counter))
      if (isOlder) return 0
    }
    this.#stored.set(key, { value, expiresAt: this.#clock.now() + Number(ttlMs) })
    return 1
  }
}

/** A client that is given a requester takes JSON apart by itself, and billing wants the text: a text in JSON is one. */
function quoted(value: string | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
