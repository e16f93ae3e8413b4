import { EventEmitter, once } from 'node:events'
import type { Readable } from 'node:stream'

/** The newest lines that are kept of one process. */
const MAX_LINES = 20_000

/** What a process printed, line by line, and a way to wait for a line. */
export class LineLog {
  readonly #lines: string[] = []
  readonly #events = new EventEmitter()
  #ended = false

  /** Takes over the lines of `stream`. */
  read(stream: Readable): void {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        this.#lines.push(line)
        this.#events.emit('line', line)
      }
      this.#lines.splice(0, this.#lines.length - MAX_LINES)
      this.#events.emit('change')
    })
  }

  /** Hands the kept lines and each that will come to `each`. */
  follow(each: (line: string) => void): void {
    for (const line of this.#lines) each(line)
    this.#events.on('line', each)
  }

  /** No more lines will come: whoever waits is told. */
  end(): void {
    this.#ended = true
    this.#events.emit('change')
  }

  /** The kept lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines
  }

  /** The kept lines that hold `text`. */
  having(text: string): readonly string[] {
    return this.#lines.filter((line) => line.includes(text))
  }

  /**
   * The first kept line that holds `text`, as soon as there is one.
   * @throws with the last lines, when the process ends or `deadlineMs` passes before that
   */
  async waitFor(text: string, deadlineMs: number): Promise<string> {
    const signal = AbortSignal.timeout(deadlineMs)
    for (;;) {
      const [line] = this.having(text)
      if (line !== undefined) return line
      if (this.#ended || signal.aborted) {
        const why = this.#ended ? 'the process ended' : `${deadlineMs} ms passed`
        throw new Error(
          `"${text}" was not printed before ${why}; last lines:\n${this.#lines.slice(-20).join('\n')}`,
        )
      }
      await once(this.#events, 'change', { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    }
  }
}
