// Adds to package-lock.json the binaries of other platforms that npm left out:
//
//     node scripts/complete-lockfile.mjs
//
// npm drops an optional package that the registry at hand does not serve, and `npm ci` then refuses the
// lockfile, on every machine. A version and a platform are all that `npm ci` needs to pass over such a
// package; run this after an `npm install` that the house test of the lockfile complains about.

import { readFileSync, writeFileSync } from 'node:fs'

/** Words in the names of platform packages, and what npm calls the same. */
const OS = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
}
const CPU = {
  arm64: 'arm64',
  aarch64: 'arm64',
  x64: 'x64',
  x86_64: 'x64',
  arm: 'arm',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
}
const LIBC = { musl: 'musl', gnu: 'glibc' }

/**
 * @typedef {{ version?: string, dev?: boolean, devOptional?: boolean, optionalDependencies?: Record<string, string>, [field: string]: unknown }} LockedPackage
 */

/**
 * The optional packages that some package of the lockfile names and that the lockfile does not hold.
 * @param {Record<string, LockedPackage>} packages
 * @returns {{ name: string, version: string, by: LockedPackage }[]}
 */
export function missingOptionalPackages(packages) {
  return Object.values(packages).flatMap((by) =>
    Object.entries(by.optionalDependencies ?? {})
      .filter(([name]) => packages[`node_modules/${name}`] === undefined)
      .map(([name, version]) => ({ name, version, by })),
  )
}

/**
 * The entry that npm itself would have written, without the hash, which only the registry knows.
 * @param {{ name: string, version: string, by: LockedPackage }} missing
 * @returns {LockedPackage}
 */
export function entryOf({ name, version, by }) {
  const words = name.split(/[/-]/)
  const among = (/** @type {Record<string, string>} */ table) =>
    words.map((word) => table[word]).find((word) => word !== undefined)
  const os = among(OS)
  const cpu = among(CPU)
  const libc = os === 'linux' ? among(LIBC) : undefined
  if (cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name}@${version}: cannot tell the platform or the exact version`)
  }
  return {
    version,
    cpu: [cpu],
    ...(by.dev ? { dev: true } : {}),
    ...(by.devOptional ? { devOptional: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  }
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url)
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = missingOptionalPackages(lock.packages)
  for (const one of missing) lock.packages[`node_modules/${one.name}`] = entryOf(one)
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, 'en')),
  )
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${missing.length} packages added to package-lock.json`)
}
