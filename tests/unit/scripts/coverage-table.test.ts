import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { routes } from '#src/sandbox/stripe/routes.ts'
import { coverageTable, withCoverage } from '../../../scripts/lib/coverage-table.ts'
import { type SdkMethod, sdkMethods } from '../../../scripts/lib/sdk-methods.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const methods = sdkMethods(join(root, 'node_modules', 'stripe'))

const endpoint = (...parameters: string[]) => ({ parameters, prepare: () => () => ({}) })
const method = (name: string, http: string, path: string, ...parameters: string[]): SdkMethod => ({
  resource: 'Things',
  name,
  http,
  path,
  parameters,
})

/** A table without the padding that the formatter gives its cells. */
const unpadded = (text: string) =>
  text
    .replaceAll(/ +\|/g, ' |')
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/ ?--- ?/g, '---')

describe('the methods of the SDK', () => {
  it('are found with their request and their parameters', () => {
    const [create] = methods.filter(
      ({ resource, name }) => resource === 'TestHelpers.TestClocks' && name === 'create',
    )

    expect(methods.length).toBeGreaterThan(500)
    expect(create).toEqual({
      resource: 'TestHelpers.TestClocks',
      name: 'create',
      http: 'POST',
      path: '/v1/test_helpers/test_clocks',
      parameters: ['customer', 'frozen_time', 'name'],
    })
  })

  it('of lists have the parameters of a page', () => {
    const list = methods.find(({ resource, name }) => resource === 'Customers' && name === 'list')

    expect(list?.parameters).toEqual([
      'created',
      'email',
      'ending_before',
      'limit',
      'starting_after',
      'test_clock',
    ])
  })
})

describe('the table', () => {
  it('says of each method whether it is covered, partly, or not', () => {
    const table = coverageTable(
      [
        method('create', 'POST', '/v1/things', 'colour', 'size'),
        method('retrieve', 'GET', '/v1/things/:id'),
        method('del', 'DELETE', '/v1/things/:id'),
        { ...method('list', 'GET', '/v1/others'), resource: 'Others' },
      ],
      [
        ['POST', '/v1/things', endpoint('size')],
        ['GET', '/v1/things/:id', endpoint()],
      ],
    )

    expect(table).toContain('| `Things` | `create` | `POST /v1/things` | partly: without `colour` |')
    expect(table).toContain('| `Things` | `retrieve` | `GET /v1/things/:id` | covered |')
    expect(table).toContain('| `Things` | `del` | `DELETE /v1/things/:id` | not |')
    expect(table).toContain('Of the 3 methods of 1 resources, 1 are covered, 1 partly, 1 not.')
    expect(table).toContain('Not covered at all: `Others`.')
  })

  it('counts a method as covered that refuses only what is out of scope, and says so', () => {
    const table = coverageTable(
      [
        method('create', 'POST', '/v1/things', 'platform', 'size'),
        method('update', 'POST', '/v1/things/:id', 'colour', 'platform'),
        method('ship', 'POST', '/v1/things/:id/ship'),
        { ...method('list', 'GET', '/v1/ships'), resource: 'Fleet.Ships' },
      ],
      [
        ['POST', '/v1/things', endpoint('size')],
        ['POST', '/v1/things/:id', endpoint()],
      ],
      [
        { what: 'Platforms', why: 'None.', parameters: ['platform'] },
        {
          what: 'Fleets',
          why: 'No water.',
          resources: ['Fleet.*'],
          allBut: { Things: ['create', 'update'] },
        },
      ],
    )

    expect(table).toContain('| `POST /v1/things` | covered; out of scope: `platform` |')
    expect(table).toContain('| `POST /v1/things/:id` | partly: without `colour` |')
    expect(table).toContain('1 are covered, 1 partly, 0 not.')
    expect(table).toContain(
      '1 of the covered ones refuse parameters that are out of scope. 2 more methods are',
    )
    expect(table).toContain('| Platforms | None. | parameter `platform` |')
    expect(table).toContain('| Fleets | No water. | `Fleet.*`, `Things` but for `create`, `update` |')
    expect(table).not.toContain('Not covered at all')
  })

  it('of docs/sandbox.md is what node scripts/sandbox-coverage.ts makes now', () => {
    const page = readFileSync(join(root, 'docs', 'sandbox.md'), 'utf8')

    expect(unpadded(page)).toContain(unpadded(coverageTable(methods, routes)))
  })

  it('stands between its markers, and nowhere else', () => {
    expect(withCoverage('a\n<!-- coverage:start -->\nold\n<!-- coverage:end -->\nz', 'new')).toBe(
      'a\n<!-- coverage:start -->\nnew\n<!-- coverage:end -->\nz',
    )
    expect(() => withCoverage('a page', 'new')).toThrow('lacks')
  })
})
