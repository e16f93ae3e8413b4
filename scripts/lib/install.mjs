// Brings node_modules to what package-lock.json says, and does nothing where it is so already.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeToInstallWith } from './node-runtime.mjs'
import { npm } from './npm.mjs'

/** Milliseconds between two progress lines, on a terminal that can overwrite its line and on anything else. */
const PROGRESS_MS = { terminal: 200, log: 5_000 }

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * The packages that a lockfile names by their folder, without the project itself.
 * @param {string} file
 * @returns {LockedPackages | null} null where there is no such file
 */
function readLock(file) {
  if (!existsSync(file)) return null
  const { '': _project, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages
  return packages
}

/**
 * What is wrong with the installed packages, in words; null where they are what the lockfile says.
 * An optional package may be missing: npm leaves out those of other platforms.
 * @param {LockedPackages} wanted
 * @param {LockedPackages | null} installed
 * @returns {string | null}
 */
export function differenceOf(wanted, installed) {
  if (installed === null) return 'nothing is installed'
  for (const [folder, { version, integrity, optional }] of Object.entries(wanted)) {
    const there = installed[folder]
    if (there === undefined) {
      if (optional) continue
      return `${folder} is not installed`
    }
    if (there.version !== version) return `${folder} is ${there.version}, not ${version}`
    if (integrity && there.integrity && there.integrity !== integrity) return `${folder} has another hash`
  }
  const extra = Object.keys(installed).find((folder) => wanted[folder] === undefined)
  return extra === undefined ? null : `${extra} is not in package-lock.json`
}

/** The C library of a Linux, in npm's words. */
function libcHere() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return report.header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/**
 * Whether npm would install this package on this platform. npm's lists may hold `!win32`, meaning any but that.
 * @param {LockedPackage} locked
 * @param {string | undefined} libcOfThis
 * @returns {boolean}
 */
function isForHere({ os, cpu, libc }, libcOfThis) {
  const fits = (/** @type {string[] | undefined} */ list, /** @type {string} */ value) =>
    list === undefined || list.includes(value) || (list[0]?.startsWith('!') && !list.includes(`!${value}`))
  return Boolean(
    fits(os, process.platform) &&
      fits(cpu, process.arch) &&
      (libcOfThis === undefined || fits(libc, libcOfThis)),
  )
}

/**
 * Prints how many of the packages are unpacked, until the returned function is called.
 * @param {string} root
 * @param {LockedPackages} wanted
 * @returns {() => void}
 */
function showProgress(root, wanted) {
  const libc = process.platform === 'linux' ? libcHere() : undefined
  const folders = Object.keys(wanted).filter((folder) => isForHere(wanted[folder] ?? {}, libc))
  const terminal = process.stderr.isTTY
  const started = process.hrtime.bigint()
  const seconds = () => Number((process.hrtime.bigint() - started) / 1_000_000_000n)
  const unpacked = () => folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).length
  const say = () => {
    const line = `tollgate: installing, ${unpacked()} of ${folders.length} packages, ${seconds()} s`
    process.stderr.write(terminal ? `\r${line}` : `${line}\n`)
  }
  const timer = setInterval(say, terminal ? PROGRESS_MS.terminal : PROGRESS_MS.log)
  return () => {
    clearInterval(timer)
    // Fewer than announced: npm leaves out the fallbacks for platforms without a binary of their own.
    process.stderr.write(
      `${terminal ? '\n' : ''}tollgate: ${unpacked()} packages are there after ${seconds()} s\n`,
    )
  }
}

/**
 * Waits until no other command installs into this folder, then holds it.
 * @param {string} file
 * @returns {Promise<() => void>} lets go
 */
async function holdLock(file) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    if (isAlive(Number(readFileSync(file, 'utf8')))) await sleep(500)
    else rmSync(file, { force: true })
  }
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * Installs with `npm ci` under Node 24 where node_modules differs from package-lock.json.
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function ensureInstalled(root) {
  const wanted = readLock(join(root, 'package-lock.json'))
  if (wanted === null) throw new Error('package-lock.json is missing')
  const difference = () => differenceOf(wanted, readLock(join(root, 'node_modules', '.package-lock.json')))
  if (difference() === null) return

  mkdirSync(join(root, '.tollgate'), { recursive: true })
  const letGo = await holdLock(join(root, '.tollgate', 'installing'))
  try {
    const why = difference()
    if (why === null) return
    const node = await nodeToInstallWith(root)
    console.error(`tollgate: ${why}; running npm ci (${Object.keys(wanted).length} packages, once)`)
    const stop = showProgress(root, wanted)
    try {
      // Development packages whatever NODE_ENV says: the commands need them.
      await npm(node, ['ci', '--include=dev', '--no-audit', '--no-fund'], root)
    } finally {
      stop()
    }
  } finally {
    letGo()
  }
}
