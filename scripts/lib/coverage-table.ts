import type { Route } from '#src/sandbox/stripe/endpoint.ts'
import { OUT_OF_SCOPE, type OutOfScope, scopeOfMethod, scopeOfParameter } from './out-of-scope.ts'
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

/** What a route makes of a method. */
interface Judged {
  method: SdkMethod
  scope: OutOfScope | undefined
  isAnswered: boolean
  /** Parameters that the route refuses and should not. */
  missing: string[]
  /** Parameters that the route refuses on purpose. */
  leftOut: string[]
}

/**
 * What of the SDK's methods the routes answer, as Markdown: a row a method of each resource that has any, the names of
 * the resources that have none, and what is out of scope. A method is partly covered where it declares parameters
 * that its route refuses, unless they are out of scope.
 */
export function coverageTable(
  methods: readonly SdkMethod[],
  routes: readonly Route[],
  declared: readonly OutOfScope[] = OUT_OF_SCOPE,
): string {
  const taken = new Map(routes.map(([method, path, { parameters }]) => [`${method} ${path}`, parameters]))
  const judged = methods.map((each) => judge(each, taken.get(`${each.http} ${each.path}`), declared))
  const wanted = judged.filter(({ scope, isAnswered }) => isAnswered || scope === undefined)
  const byResource = [...Map.groupBy(wanted, ({ method }) => method.resource)]
  const answered = byResource.filter(([, each]) => each.some(({ isAnswered }) => isAnswered))
  const rows = answered.flatMap(([, each]) => each)
  const missing = byResource.filter(([, each]) => !each.some(({ isAnswered }) => isAnswered))
  return [
    summary(rows, answered.length, judged.length - wanted.length),
    '',
    '| Resource | Method | Request | |',
    '|---|---|---|---|',
    ...rows.map(rowOf),
    '',
    ...(missing.length > 0
      ? [`Not covered at all: ${names(missing.map(([resource]) => resource))}.`, '']
      : []),
    '#### Out of scope, and why',
    '',
    '| | Why | What is left out |',
    '|---|---|---|',
    ...declared.map((scope) => scopeRow(scope, judged)),
  ].join('\n')
}

function judge(
  method: SdkMethod,
  parameters: readonly string[] | undefined,
  declared: readonly OutOfScope[],
): Judged {
  const refused = method.parameters.filter((name) => parameters?.includes(name) === false)
  const isLeftOut = (name: string) => scopeOfParameter(name, declared) !== undefined
  return {
    method,
    scope: scopeOfMethod(method, declared),
    isAnswered: parameters !== undefined,
    missing: refused.filter((name) => !isLeftOut(name)),
    leftOut: refused.filter(isLeftOut),
  }
}

function summary(rows: readonly Judged[], resources: number, outside: number): string {
  const covered = rows.filter(({ isAnswered, missing }) => isAnswered && missing.length === 0)
  const partly = rows.filter(({ missing }) => missing.length > 0)
  const leaning = covered.filter(({ leftOut }) => leftOut.length > 0)
  return (
    `Of the ${rows.length} methods of ${resources} resources, ${covered.length} are covered, ${partly.length} partly, ` +
    `${rows.length - covered.length - partly.length} not. A method is partly covered where it refuses parameters that ` +
    `the SDK declares; ${leaning.length} of the covered ones refuse parameters that are out of scope. ` +
    `${outside} more methods are out of scope. Parameters are compared by their names at the top of a request; what is ` +
    'refused deeper in one is named by its error.'
  )
}

function rowOf(row: Judged): string {
  const { resource, name, http, path } = row.method
  return `| \`${resource}\` | \`${name}\` | \`${http} ${path}\` | ${verdict(row)} |`
}

function verdict({ isAnswered, missing, leftOut }: Judged): string {
  if (!isAnswered) return 'not'
  if (missing.length > 0) return `partly: without ${names(missing)}`
  return leftOut.length === 0 ? 'covered' : `covered; out of scope: ${names(leftOut)}`
}

function scopeRow(scope: OutOfScope, judged: readonly Judged[]): string {
  const resources = (scope.resources ?? []).map((each) => `\`${each}\``)
  const parts = Object.entries(scope.allBut ?? {}).map(
    ([resource, wanted]) => `\`${resource}\` but for ${names(wanted)}`,
  )
  const refused = new Set(judged.flatMap(({ leftOut }) => leftOut))
  const parameters = (scope.parameters ?? []).filter((name) => refused.has(name))
  const left = [...resources, ...parts, ...parameters.map((name) => `parameter \`${name}\``)]
  return `| ${scope.what} | ${scope.why} | ${left.join(', ')} |`
}

function names(each: readonly string[]): string {
  return each.map((name) => `\`${name}\``).join(', ')
}
