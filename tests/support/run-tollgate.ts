import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runCommandLine } from '#src/cli/program.ts'
import { environmentNames } from '#src/infrastructure/config/env.ts'
import type { BillingStack } from './billing-stack.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output as the one JSON document that `--json` promises. */
  json(): unknown
}

type Environment = Readonly<Record<string, string>>

/**
 * Runs `npm run tollgate -- …` against the stack. Where `answers` are given somebody is there and gives them, one a
 * question; else nobody is.
 */
export async function runTollgate(
  stack: Pick<BillingStack, 'environment'>,
  args: readonly string[],
  { environment = {}, answers }: { environment?: Environment; answers?: string[] } = {},
): Promise<Ran> {
  const printed = { stdout: '', stderr: '' }
  const note = (text: string) => {
    printed.stderr += `${text}\n`
  }
  const code = await runCommandLine(args, {
    terminal: ({ json }) => ({
      json,
      isInteractive: answers !== undefined,
      print: (result, text) => {
        printed.stdout += `${json ? JSON.stringify(result) : text}\n`
      },
      note,
      progress: () => undefined,
      ask: async (question) => {
        note(question)
        return answers?.shift() ?? ''
      },
    }),
    readSettings: () => ({
      environment: { ...stack.environment, ...environment },
      from: 'environment',
    }),
  })
  return { code, ...printed, json: () => JSON.parse(printed.stdout) }
}

/** As `runTollgate`, but as the real process that a shell would start, with no other settings than these. */
export function spawnTollgate(args: readonly string[], environment: Environment): Promise<Ran> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !environmentNames.includes(name)),
  )
  const child = spawn(process.execPath, ['src/cli/main.ts', ...args], {
    cwd: ROOT,
    env: { ...inherited, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      printed[name] += chunk.toString()
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...printed, json: () => JSON.parse(printed.stdout) }))
  })
}
