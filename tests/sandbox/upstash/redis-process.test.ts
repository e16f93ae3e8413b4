import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { findRedisServer, startRedisProcess } from '#src/sandbox/upstash/redis-process.ts'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const MODULE = fileURLToPath(new URL('../../../src/sandbox/upstash/redis-process.ts', import.meta.url))
const OWNER = `
  const { findRedisServer, startRedisProcess } = await import(${JSON.stringify(MODULE)})
  const { pid, folder } = await startRedisProcess(findRedisServer())
  console.log(JSON.stringify({ pid, folder }))
  setInterval(() => {}, 1000)
`

describe.skipIf(findRedisServer() === null)('a redis-server of our own', () => {
  test('is gone with its directory when it is closed', async () => {
    const server = await startRedisProcess(findRedisServer() ?? '')
    expect(isAlive(server.pid)).toBe(true)
    await server.close()
    expect([isAlive(server.pid), existsSync(server.folder)]).toEqual([false, false])
  })

  test('is gone with its directory when its owner was killed', async () => {
    const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const line = await new Promise<string>((resolve) =>
      owner.stdout.once('data', (data) => resolve(String(data))),
    )
    const server = JSON.parse(line) as { pid: number; folder: string }
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(server.folder)).toBe(false), { timeout: 5000 })
    await vi.waitFor(() => expect(statusOf(server.pid)).not.toBe('running'), { timeout: 5000 })
  })
})

/** A killed process whose parent is gone stays a zombie where nothing reaps orphans, as in some containers. */
function statusOf(pid: number): 'running' | 'ended' {
  if (!isAlive(pid)) return 'ended'
  return existsSync(`/proc/${pid}/exe`) ? 'running' : 'ended'
}
