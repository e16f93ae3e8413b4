import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LineLog } from './line-log.ts'
import { ROOT } from './run.ts'

/** How long a server may take to end after SIGTERM. */
const STOP_MS = 8_000

const LEASH = join(import.meta.dirname, 'leash.mjs')

/** A server that this process started and will end. */
export interface ServerProcess {
  readonly name: string
  readonly pid: number
  /** What it printed, standard output and error together. */
  readonly log: LineLog
  /** Resolves once it has ended, with its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
  /** Ends it and everything that it started in turn, by force after `graceMs`. Safe to call twice. */
  stop(graceMs?: number): Promise<void>
}

const running = new Set<ServerProcess>()

/** Ends every server that still runs, the last one started first. */
export async function stopAllServers(): Promise<void> {
  for (const server of [...running].toReversed()) await server.stop()
}

/**
 * Starts a script under this Node, in a process group of its own: Ctrl-C reaches this process alone, which then ends
 * its servers in order. Should this process vanish, the leash ends them. What they print goes to
 * `.tollgate/logs/<name>.log` and is kept to be looked at.
 */
export function startServer(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServerProcess {
  const child = spawn(process.execPath, ['--import', LEASH, ...args], {
    cwd: ROOT,
    // Next's types ask for a NODE_ENV; a server here gets just what its caller names.
    env: { ...env, TOLLGATE_LEASH_HOLDER: String(process.pid) } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  const { pid, stdout, stderr } = child
  if (pid === undefined || stdout === null || stderr === null) throw new Error(`${name} could not be started`)

  const file = join(ROOT, '.tollgate', 'logs', `${name}.log`)
  mkdirSync(dirname(file), { recursive: true })
  const copy = createWriteStream(file)
  const log = new LineLog()
  for (const stream of [stdout, stderr]) log.read(stream)
  log.follow((line) => copy.write(`${line}\n`))

  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      log.end()
      copy.end()
      resolve(code)
    })
  })
  const stop = async (graceMs = STOP_MS) => {
    if (!running.has(server)) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => killGroup(pid), graceMs)
    await ended
    clearTimeout(timer)
    // Whatever it started and left behind is of its group.
    killGroup(pid)
  }
  const server = { name, pid, log, ended, stop }
  running.add(server)
  void ended.then(() => running.delete(server))
  return server
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!isGone) throw error
  }
}
