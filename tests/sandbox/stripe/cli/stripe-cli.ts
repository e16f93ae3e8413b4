import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { StripeSandbox } from '#src/sandbox/stripe/server.ts'

const require = createRequire(import.meta.url)

/** The package of each platform, and the program in it: a signal to the package's shim leaves it running. */
const Platforms = z.record(z.string(), z.object({ pkg: z.string(), bin: z.string() }))

function program(): string {
  const platform = Platforms.parse(require('@stripe/cli/platforms.json'))[
    `${process.platform}-${process.arch}`
  ]
  if (platform === undefined) throw new Error('The command line has no program for this platform')
  return join(dirname(require.resolve(`${platform.pkg}/package.json`)), 'bin', platform.bin)
}

/** What a command said, and how it ended. */
export interface CliResult {
  readonly code: number | null
  readonly output: string
}

/** The official command line, pointed at a sandbox, with a home of its own and without telemetry. */
export class StripeCli {
  readonly #sandbox: StripeSandbox
  readonly #home = mkdtempSync(join(tmpdir(), 'stripe-cli-'))

  constructor(sandbox: StripeSandbox) {
    this.#sandbox = sandbox
  }

  start(...args: string[]): ChildProcess {
    return spawn(program(), [...args, '--api-base', this.#sandbox.url], {
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH,
        HOME: this.#home,
        XDG_CONFIG_HOME: this.#home,
        STRIPE_API_KEY: this.#sandbox.secretKey,
        STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      },
    })
  }

  async run(...args: string[]): Promise<CliResult> {
    const child = this.start(...args)
    const output = textOf(child)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output: output() }
  }

  /** The same for a command that answers JSON. */
  async json(...args: string[]): Promise<Record<string, unknown>> {
    const child = this.start(...args)
    const [stdout, all] = [textOf(child, 'stdout'), textOf(child)]
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`stripe ${args.join(' ')}: ${all()}`)
    return JSON.parse(stdout())
  }
}

/** A function that returns everything that a process has said so far. */
export function textOf(child: ChildProcess, ...only: ('stdout' | 'stderr')[]): () => string {
  let text = ''
  const names = only.length === 0 ? (['stdout', 'stderr'] as const) : only
  for (const name of names) child[name]?.on('data', (chunk) => (text += String(chunk)))
  return () => text
}
