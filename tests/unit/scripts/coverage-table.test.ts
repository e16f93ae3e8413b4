import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { routes } from '#src/sandbox/stripe/routes.ts'
import { coverageTable, withCoverage } from '../../../scripts/lib/coverage-table.ts'
import { declaredParameters } from '../../../scripts/lib/declared-parameters.ts'
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

describe('the parameters of a request', () => {
  const declarations = `
export interface Thing { id: string; }
export declare namespace Shop {
    interface ThingCreateParams {
        /** {@link size} */
        size?: number;
        parts?: Array<ThingCreateParams.Part>;
        options?: {
            [key: string]: ThingCreateParams.Part.Colour;
        };
        expand?: Array<string>;
    }
    namespace ThingCreateParams {
        interface Part {
            colour?: Emptyable<Part.Colour>;
        }
        namespace Part {
            interface Colour {
                name: string;
            }
        }
    }
}
`

  it('are named by the way to them, through lists, hashes and keys of the caller’s own', () => {
    expect(declaredParameters(declarations, 'ThingCreateParams')).toEqual([
      'options',
      'options.name',
      'parts',
      'parts.colour',
      'parts.colour.name',
      'size',
    ])
  })

  it('are those of Checkout at every depth', () => {
    const create = methods.find(({ resource, name }) => resource === 'Checkout.Sessions' && name === 'create')

    expect(create?.parameters).toContain('line_items.price_data.product_data.tax_details.tax_code')
    expect(create?.parameters).toContain(
      'shipping_options.shipping_rate_data.fixed_amount.currency_options.amount',
    )
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

  it('looks at what stands within what is taken, and not within what is refused', () => {
    const table = coverageTable(
      [method('create', 'POST', '/v1/things', 'parts', 'parts.colour', 'way', 'way.post', 'way.courier')],
      [['POST', '/v1/things', endpoint('parts', 'way', 'way.post')]],
      [{ what: 'Couriers', why: 'Slow roads.', allWithinBut: { way: ['post'] } }],
    )

    expect(table).toContain('| `POST /v1/things` | partly: without `parts.colour` |')
    expect(
      coverageTable(
        [method('create', 'POST', '/v1/things', 'parts', 'parts.colour', 'way', 'way.courier')],
        [['POST', '/v1/things', endpoint('way')]],
        [
          { what: 'Parts', why: 'None.', parameters: ['parts'] },
          { what: 'Couriers', why: 'Slow roads.', allWithinBut: { way: ['post'] } },
        ],
      ),
    ).toContain('| `POST /v1/things` | covered; out of scope: `parts`, `way.*` |')
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
