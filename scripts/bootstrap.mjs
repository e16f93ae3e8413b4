// Makes a fresh clone able to run, then runs the command that stands behind it:
//
//     node scripts/bootstrap.mjs node scripts/demo.ts --exit
//
// Plain ES modules without a dependency, so that the machine's own Node (20 or later) can run it before
// anything is installed. Everything after it runs under Node 24 with node_modules/.bin first in PATH.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './lib/install.mjs'
import { majorOf, NEEDED_NODE_MAJOR, OLDEST_NODE_MAJOR } from './lib/node-runtime.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * The Node that runs the command: the installed 24, or the machine's own where the package has none for this platform.
 * @returns {string}
 */
function nodeForCommands() {
  const installed = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (existsSync(installed)) return installed
  if (majorOf(process.version) >= NEEDED_NODE_MAJOR) return process.execPath
  throw new Error(
    `node_modules/.bin/node is missing: npm did not run the install script of the package "node". Allow it (ignore-scripts=false), or use Node ${NEEDED_NODE_MAJOR}.`,
  )
}

/**
 * @param {string[]} command
 */
function run([program = 'node', ...args]) {
  const node = nodeForCommands()
  const env = { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) }
  const child = spawn(program === 'node' ? node : program, args, { cwd: root, env, stdio: 'inherit' })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(error))
  child.on('exit', (code, signal) => {
    // A shell reports a command that a signal ended as 128 + the signal's number.
    process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1))
  })
}

/**
 * @param {unknown} error
 */
function fail(error) {
  console.error(`tollgate: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

if (majorOf(process.version) < OLDEST_NODE_MAJOR) {
  fail(`this needs Node ${OLDEST_NODE_MAJOR} or later to start with; this is ${process.version}.`)
}
try {
  await ensureInstalled(root)
  run(process.argv.slice(2))
} catch (error) {
  fail(error)
}
