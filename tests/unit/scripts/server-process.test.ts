import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/lib/ports.ts'
import { startServer } from '../../../scripts/lib/server-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'tollgate-process-'))

/** Path of a script that does not end by itself. */
function script(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, `${text}\nsetInterval(() => {}, 1000)\n`)
  return file
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const env = { PATH: process.env.PATH }

describe('a server process', () => {
  it('is over, with all that it started, when stop returns', async () => {
    const grandchild = script(
      'grandchild.mjs',
      `import { createServer } from 'node:http'
       const server = createServer().listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))
       process.on('SIGTERM', () => {})`,
    )
    const parent = script(
      'parent.mjs',
      `import { spawn } from 'node:child_process'
       spawn(process.execPath, [${JSON.stringify(grandchild)}], { stdio: 'inherit' })`,
    )
    const server = startServer('test-parent', [parent], env)
    const port = Number((await server.log.waitFor('port ', 5_000)).split(' ')[1])

    await server.stop(300)

    expect(isAlive(server.pid)).toBe(false)
    expect(await freePort(port)).toBe(port)
  })

  it('ends by itself when the process that started it is killed', async () => {
    const server = script('server.mjs', "console.log('up')")
    const starter = script(
      'starter.mjs',
      `import { startServer } from ${JSON.stringify(join(import.meta.dirname, '../../../scripts/lib/server-process.ts'))}
       const server = startServer('test-leashed', [${JSON.stringify(server)}], { PATH: process.env.PATH })
       await server.log.waitFor('up', 5000)
       console.log(server.pid)`,
    )
    const process = spawn(globalThis.process.execPath, [starter], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [pid] = await once(process.stdout, 'data')

    process.kill('SIGKILL')

    await expect.poll(() => isAlive(Number(pid)), { timeout: 5_000 }).toBe(false)
  })

  it('names its last lines where it ends before it prints what is waited for', async () => {
    const server = startServer('test-broken', ['-e', "console.error('no such thing'); process.exit(3)"], env)

    await expect(server.log.waitFor('ready', 5_000)).rejects.toThrow('no such thing')
    expect(await server.ended).toBe(3)
  })
})

describe('a free port', () => {
  it('is the next one where the wanted one is taken', async () => {
    const first = await freePort(42_000)
    const taken = createServer().listen(first, '127.0.0.1')
    await once(taken, 'listening')

    const second = await freePort(first)

    taken.close()
    expect(second).toBeGreaterThan(first)
  })
})
