// Runs npm's own command line under a chosen Node.

import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'

/** What the outer `npm run` says about itself, which would mislead an inner npm about where it is. */
const OF_THE_OUTER_NPM =
  /^npm_(package_|lifecycle_|command$|execpath$|node_execpath$|config_(local_prefix|user_agent|npm_version)$)/

/**
 * Path of npm-cli.js: of the npm that runs this script, else of the first npm in PATH.
 * @returns {string}
 */
function npmCli() {
  const outer = process.env.npm_execpath
  if (outer?.endsWith('npm-cli.js') && existsSync(outer)) return outer
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const candidate of [
      join(folder, 'npm'),
      join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ]) {
      if (existsSync(candidate) && realpathSync(candidate).endsWith('npm-cli.js'))
        return realpathSync(candidate)
    }
  }
  throw new Error('npm is not in PATH; it comes with Node.')
}

/**
 * Runs npm and says nothing unless it fails; then what it printed is in the error.
 * @param {string} node path of the Node that runs it and its install scripts
 * @param {string[]} args
 * @param {string} folder
 * @returns {Promise<void>}
 */
export function npm(node, args, folder) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_OUTER_NPM.test(name)))
  env.PATH = [dirname(node), process.env.PATH].join(delimiter)
  return new Promise((resolve, reject) => {
    const child = spawn(node, [npmCli(), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`npm ${args[0]} ended with ${code}:\n${printed.slice(-4000)}`))
    })
  })
}
