import type { Route } from '#src/sandbox/stripe/endpoint.ts'
import { OUT_OF_SCOPE, type OutOfScope, patternOf, scopeOfMethod, scopeOfParameter } from './out-of-scope.ts'
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
  /** The same as a row shows them: all within one hash as `options.*`. */
  leftOutShown: string[]
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
  const refused = method.parameters.filter((name) => parameters && isRefused(name, parameters))
  const isLeftOut = (name: string) => scopeOfParameter(name, declared) !== undefined
  const leftOut = refused.filter(isLeftOut)
  return {
    method,
    scope: scopeOfMethod(method, declared),
    isAnswered: parameters !== undefined,
    missing: refused.filter((name) => !isLeftOut(name)),
    leftOut,
    leftOutShown: [...new Set(leftOut.map((name) => shownName(name, declared)))],
  }
}

function shownName(name: string, declared: readonly OutOfScope[]): string {
  const scope = scopeOfParameter(name, declared)
  const pattern = scope && patternOf(name, scope)
  return pattern?.endsWith('.*') ? pattern : name
}

/** Whether the route refuses it by its own name; what stands within something refused is not told of. */
function isRefused(name: string, taken: readonly string[]): boolean {
  const around = name.slice(0, Math.max(0, name.lastIndexOf('.')))
  return !taken.includes(name) && (around === '' || taken.includes(around))
}

function summary(rows: readonly Judged[], resources: number, outside: number): string {
  const covered = rows.filter(({ isAnswered, missing }) => isAnswered && missing.length === 0)
  const partly = rows.filter(({ missing }) => missing.length > 0)
  const leaning = covered.filter(({ leftOut }) => leftOut.length > 0)
  return (
    `Of the ${rows.length} methods of ${resources} resources, ${covered.length} are covered, ${partly.length} partly, ` +
    `${rows.length - covered.length - partly.length} not. A method is partly covered where it refuses parameters that ` +
    `the SDK declares; ${leaning.length} of the covered ones refuse parameters that are out of scope. ` +
    `${outside} more methods are out of scope. Parameters are compared by their names, at every depth.`
  )
}

function rowOf(row: Judged): string {
  const { resource, name, http, path } = row.method
  return `| \`${resource}\` | \`${name}\` | \`${http} ${path}\` | ${verdict(row)} |`
}

function verdict({ isAnswered, missing, leftOutShown }: Judged): string {
  if (!isAnswered) return 'not'
  if (missing.length > 0) return `partly: without ${names(missing)}`
  return leftOutShown.length === 0 ? 'covered' : `covered; out of scope: ${names(leftOutShown)}`
}

function scopeRow(scope: OutOfScope, judged: readonly Judged[]): string {
  const resources = (scope.resources ?? []).map((each) => `\`${each}\``)
  const parts = Object.entries(scope.allBut ?? {}).map(
    ([resource, wanted]) => `\`${resource}\` but for ${names(wanted)}`,
  )
  const refused = judged.flatMap(({ leftOut }) => leftOut)
  const parameters = new Set(refused.flatMap((name) => patternOf(name, scope) ?? []))
  const left = [...resources, ...parts, ...[...parameters].sort().map((name) => `parameter \`${name}\``)]
  return `| ${scope.what} | ${scope.why} | ${left.join(', ')} |`
}

function names(each: readonly string[]): string {
  return each.map((name) => `\`${name}\``).join(', ')
}
