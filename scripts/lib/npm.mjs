// Runs npm's own command line under a chosen Node.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'

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

const UNTRUSTED = /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|CERT_HAS_EXPIRED|ALTNAME_INVALID/

/**
 * Why a request of npm's to its registry failed, from a line that it logs; null for any other line.
 * @param {string} line
 * @returns {{ code: string, isLasting: boolean, advice: string } | null} lasting where no further try can help
 */
export function registryTroubleOf(line) {
  const [, code] = /^npm http fetch .* attempt \d+ failed with (\S+)/.exec(line) ?? []
  if (code === undefined) return null
  return UNTRUSTED.test(code)
    ? {
        code,
        isLasting: true,
        advice:
          'npm does not trust the certificate of its registry. Where a proxy signs with its own, name its file: NODE_EXTRA_CA_CERTS=FILE, or npm config set cafile FILE',
      }
    : {
        code,
        isLasting: false,
        advice:
          'npm does not reach its registry, and goes on trying: is there a network, or a proxy to name?',
      }
}

/**
 * The machine's npm settings, which npm looks for beside the Node that runs it: under another Node they would be lost.
 * @returns {string}
 */
function globalConfig() {
  return (
    process.env.npm_config_globalconfig ??
    execFileSync(process.execPath, [npmCli(), 'config', 'get', 'globalconfig'], { encoding: 'utf8' }).trim()
  )
}

/**
 * Runs npm and says nothing unless its registry cannot be had or it fails; what it printed is in the error.
 * @param {string} node path of the Node that runs it and its install scripts
 * @param {string[]} args
 * @param {string} folder
 * @returns {Promise<void>}
 */
export function npm(node, args, folder) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_OUTER_NPM.test(name)))
  env.PATH = [dirname(node), process.env.PATH].join(delimiter)
  env.npm_config_globalconfig = globalConfig()
  return new Promise((resolve, reject) => {
    const child = spawn(node, [npmCli(), ...args, '--loglevel=http'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    /** @type {Set<string>} */
    const told = new Set()
    const heed = (/** @type {string} */ line) => {
      const trouble = registryTroubleOf(line)
      if (!line.startsWith('npm http')) printed += `${line}\n`
      if (trouble === null || told.has(trouble.code)) return
      told.add(trouble.code)
      if (trouble.isLasting) {
        child.kill()
        reject(new Error(`${trouble.advice} (${trouble.code})`))
      } else {
        console.error(`tollgate: ${trouble.advice} (${trouble.code})`)
      }
    }
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', heed)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`npm ${args[0]} ended with ${code}:\n${printed.slice(-4000)}`))
    })
  })
}
