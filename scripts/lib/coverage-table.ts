import type { Route } from '#src/sandbox/stripe/endpoint.ts'
import type { SdkMethod } from './sdk-methods.ts'

/** Where the table stands in docs/sandbox.md. */
export const COVERAGE_START = '<!-- coverage:start -->'
export const COVERAGE_END = '<!-- coverage:end -->'

/** The page with the table between its markers replaced. @throws Error where a marker is missing. */
export function withCoverage(page: string, table: string): string {
  const [start, end] = [page.indexOf(COVERAGE_START), page.indexOf(COVERAGE_END)]
  if (start === -1 || end < start) throw new Error(`The page lacks ${COVERAGE_START} or ${COVERAGE_END}`)
  return `${page.slice(0, start + COVERAGE_START.length)}\n${table}\n${page.slice(end)}`
}

/**
 * What of the SDK's methods the routes answer, as Markdown: a row a method of each resource that has any, and the names
 * of the others. A method is partly covered where it declares parameters that its route refuses.
 */
export function coverageTable(methods: readonly SdkMethod[], routes: readonly Route[]): string {
  const taken = new Map(routes.map(([method, path, { parameters }]) => [`${method} ${path}`, parameters]))
  const byResource = Map.groupBy(methods, ({ resource }) => resource)
  const isAnswered = ({ http, path }: SdkMethod) => taken.has(`${http} ${path}`)
  const [answered, others] = [[...byResource], [...byResource]].map((entries, index) =>
    entries.filter(([, each]) => each.some(isAnswered) === (index === 0)),
  )
  const rows = (answered ?? []).flatMap(([resource, each]) =>
    each.map((method) => rowOf(resource, method, taken.get(`${method.http} ${method.path}`))),
  )
  const covered = rows.filter((row) => row.includes('| covered |')).length
  const partly = rows.filter((row) => row.includes('| partly')).length
  return [
    `Of the ${rows.length} methods of ${(answered ?? []).length} resources, ${covered} are covered, ${partly} partly; ` +
      'a method is partly covered where it refuses parameters that the SDK declares.',
    '',
    '| Resource | Method | Request | |',
    '|---|---|---|---|',
    ...rows,
    '',
    `Not covered at all: ${(others ?? []).map(([resource]) => `\`${resource}\``).join(', ')}.`,
  ].join('\n')
}

function rowOf(resource: string, method: SdkMethod, parameters: readonly string[] | undefined): string {
  const cells = [`\`${resource}\``, `\`${method.name}\``, `\`${method.http} ${method.path}\``]
  return `| ${[...cells, verdict(method, parameters)].join(' | ')} |`
}

function verdict(method: SdkMethod, parameters: readonly string[] | undefined): string {
  if (parameters === undefined) return 'not'
  const refused = method.parameters.filter((name) => !parameters.includes(name))
  return refused.length === 0
    ? 'covered'
    : `partly: without ${refused.map((name) => `\`${name}\``).join(', ')}`
}
