import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..', '..')

/** Path of a command that an npm package of this project brings. */
export function packageCommand(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name)
}

/**
 * Runs a command in front of the reader, in the project's folder, and hands signals on to it.
 * @returns its exit code; 128 + the signal's number where a signal ended it
 */
export function runInFront(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit' })
  const handOn = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', handOn).on('SIGTERM', handOn)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.off('SIGINT', handOn).off('SIGTERM', handOn)
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1))
    })
  })
}

/**
 * Runs a command in the project's folder and shows what it printed only where it fails.
 * @throws with its output where it ends with anything but 0
 */
export async function runQuietly(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk))
  const endIt = () => child.kill()
  process.on('exit', endIt)
  const [code] = await once(child, 'close')
  process.off('exit', endIt)
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${Buffer.concat(printed)}`)
}
