import { readConfig } from './env.ts'

/** Ends the process, saying what is wrong, unless the configuration is complete: Next would go on and answer 500. */
export function requireConfig(): void {
  try {
    readConfig()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
}
