import { createInterface } from 'node:readline/promises'

/** Where a command prints and asks. Results go to standard output, all else beside it. */
export interface Terminal {
  readonly json: boolean
  /** Whether somebody is there to answer. */
  readonly isInteractive: boolean
  /** A result: the object as one line of JSON, or the text. */
  print(result: unknown, text: string): void
  /** Something about the run itself. */
  note(text: string): void
  /** Overwrites the line before, where a person watches. */
  progress(text: string): void
  ask(question: string): Promise<string>
}

/** The terminal of this process. */
export function processTerminal({ json }: { readonly json: boolean }): Terminal {
  const { stdin, stdout, stderr } = process
  let progressShown = false
  const endProgress = () => {
    if (progressShown) stderr.write('\r\u001b[K')
    progressShown = false
  }
  return {
    json,
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    print: (result, text) => {
      endProgress()
      stdout.write(`${json ? JSON.stringify(result) : text}\n`)
    },
    note: (text) => {
      endProgress()
      stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!stderr.isTTY) return
      stderr.write(`\r\u001b[K${text}`)
      progressShown = true
    },
    ask: async (question) => {
      endProgress()
      const prompt = createInterface({ input: stdin, output: stderr })
      try {
        return await prompt.question(question)
      } finally {
        prompt.close()
      }
    },
  }
}

/** Rows as columns of equal width under a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
