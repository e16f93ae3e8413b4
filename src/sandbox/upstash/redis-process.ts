import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** A `redis-server` of our own. `close` resolves when it has ended and its directory is gone. */
export interface RedisProcess {
  readonly url: string
  readonly pid: number
  /** Its working directory, removed with it. */
  readonly folder: string
  close(): Promise<void>
}

const START_TRIES = 5
const START_DEADLINE_MS = 5000

/** The path of `redis-server` on PATH, or null. */
export function findRedisServer(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, 'redis-server')).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Starts the server on a free loopback port, without persistence, in a directory of its own. Neither outlives this
 * process, however that ends: see `watch`.
 * @throws where it did not start within its deadline.
 */
export async function startRedisProcess(binary: string): Promise<RedisProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-redis-'))
  for (let attempt = 1; attempt <= START_TRIES; attempt += 1) {
    const port = await freePort()
    const child = spawnServer(binary, port, folder)
    const ended = once(child, 'exit').catch(() => [])
    const endWatch = child.pid === undefined ? () => {} : watch(child.pid, folder)
    const stop = async () => {
      endWatch()
      child.kill('SIGKILL')
      await ended
    }
    if (await acceptsConnections(child)) {
      return {
        url: `redis://127.0.0.1:${port}`,
        pid: child.pid ?? 0,
        folder,
        close: async () => {
          await stop()
          rmSync(folder, { recursive: true, force: true })
        },
      }
    }
    await stop()
  }
  rmSync(folder, { recursive: true, force: true })
  throw new Error(`${binary} did not start`)
}

/**
 * A shell that waits for the end of its input, which comes when this process ends, by SIGKILL even, and then kills
 * the server and removes its directory. Returns how to send it home.
 */
function watch(pid: number, folder: string): () => void {
  const script = 'read _; kill -9 "$0"; rm -rf "$1"'
  const shell = spawn('/bin/sh', ['-c', script, String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  return () => shell.kill('SIGKILL')
}

function spawnServer(binary: string, port: number, folder: string): ChildProcess {
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  return spawn(binary, flags, { stdio: ['ignore', 'pipe', 'ignore'], cwd: folder })
}

/** Resolves to false where the process ends first (its port was taken in the meantime) or says nothing in time. */
function acceptsConnections(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), START_DEADLINE_MS)
    const settle = (ready: boolean) => {
      clearTimeout(timer)
      resolve(ready)
    }
    child.once('error', () => settle(false))
    child.once('exit', () => settle(false))
    let log = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      if (log.length < 10_000) log += chunk.toString('latin1')
      if (log.includes('Ready to accept connections')) settle(true)
    })
  })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
