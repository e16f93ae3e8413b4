import { parseAst } from 'vitest/node'

/** A file of the project: its path from the root, with `/`, and its text. */
export interface HouseFile {
  readonly path: string
  readonly text: string
}

/** A rule that looks at one file at a time and returns what is wrong in it, a sentence each. */
type Rule = (file: HouseFile) => string[]

interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly [field: string]: unknown
}

/** The most lines that a file may have. */
const MAX_LINES = 300

/** Longer files, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'supabase/schema.snapshot.sql': 'made from the migrated database',
  'docs/sandbox.md': 'its table of what the sandbox covers has a line for each method of the SDK',
}

/** Where the system's clock may be read: the port's own implementation, and the sandbox, which owns its clock. */
const CLOCK_FOLDERS = ['src/infrastructure/clock/', 'src/sandbox/']

const isScript = ({ path }: HouseFile) => /\.(tsx?|mjs)$/.test(path)
const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** Every node of a file's syntax tree, in the order of the text. */
function nodesOf({ path, text }: HouseFile): SyntaxNode[] {
  const visit = (value: unknown): SyntaxNode[] => {
    if (typeof value !== 'object' || value === null) return []
    const below = Object.values(value).flatMap(visit)
    return isSyntaxNode(value) ? [value, ...below] : below
  }
  return visit(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }))
}

/** Says `complaint` at each node of a script that `isWrong` names. */
function noNode(isWrong: (node: SyntaxNode) => boolean, complaint: string): Rule {
  return (file) =>
    isScript(file)
      ? nodesOf(file)
          .filter(isWrong)
          .map(({ start }) => `${file.path}:${lineAt(file.text, start)} ${complaint}`)
      : []
}

const nameOf = (node: unknown) =>
  isSyntaxNode(node) && typeof node.name === 'string' ? node.name : undefined
const isEmpty = (list: unknown) => Array.isArray(list) && list.length === 0

const readsSystemClock = noNode(({ type, object, property, callee, arguments: given }) => {
  const isDateNow = type === 'MemberExpression' && nameOf(object) === 'Date' && nameOf(property) === 'now'
  return isDateNow || (type === 'NewExpression' && nameOf(callee) === 'Date' && isEmpty(given))
}, 'reads the system clock; time is given as an argument or asked of the clock port')

/** No file over 300 lines but those with a reason. */
export const noLongFile: Rule = ({ path, text }) => {
  const lines = text.replace(/\n$/, '').split('\n').length
  return lines > MAX_LINES && LONG_FILES[path] === undefined ? [`${path} has ${lines} lines`] : []
}

/** No `Date.now` and no `new Date()` in src outside the clock. */
export const noSystemClock: Rule = (file) =>
  file.path.startsWith('src/') && !CLOCK_FOLDERS.some((folder) => file.path.startsWith(folder))
    ? readsSystemClock(file)
    : []

/** No `any`. */
export const noAny = noNode(({ type }) => type === 'TSAnyKeyword', 'says any; say unknown, or what it is')

/** No `catch` that does nothing, with or without a comment in it. */
export const noEmptyCatch = noNode(
  ({ type, body }) => type === 'CatchClause' && isSyntaxNode(body) && isEmpty(body.body),
  'swallows an error; a catch adds something or decides',
)

/** No test that is narrowed, skipped or left for later. */
export const noNarrowedTest = noNode(
  ({ type, object, property }) =>
    type === 'MemberExpression' &&
    ['it', 'test', 'describe', 'suite'].includes(nameOf(object) ?? '') &&
    ['only', 'skip', 'todo', 'fails'].includes(nameOf(property) ?? ''),
  'narrows or skips a test',
)

/** No file that only passes on what others export. */
export const noBarrel: Rule = (file) => {
  if (!isScript(file)) return []
  const [program] = nodesOf(file)
  const body = Array.isArray(program?.body) ? program.body : []
  const passesOn = (node: unknown) =>
    isSyntaxNode(node) && /^Export/.test(node.type) && isSyntaxNode(node.source)
  return body.length > 0 && body.every(passesOn)
    ? [`${file.path} is a barrel; import from where a thing is made`]
    : []
}

/** No note that something is still to be done. */
export const noLeftover: Rule = ({ path, text }) =>
  text
    .split('\n')
    .flatMap((line, index) =>
      /\b(TO-?DO|FIX-?ME|X{3}|HAC[K])\b/.test(line)
        ? [`${path}:${index + 1} leaves something for later`]
        : [],
    )

/** Every rule that looks at one file at a time. */
export const fileRules = {
  noLongFile,
  noSystemClock,
  noAny,
  noEmptyCatch,
  noNarrowedTest,
  noBarrel,
  noLeftover,
} as const satisfies Record<string, Rule>

/** Paths of this project that a page names in code spans and links and that do not exist. */
export function brokenPaths(page: HouseFile, exists: (path: string) => boolean): string[] {
  const folder = page.path.includes('/') ? page.path.slice(0, page.path.lastIndexOf('/') + 1) : ''
  const spans = [...page.text.matchAll(/`((?:src|tests|scripts|docs|supabase|\.ci)\/[^\s`*<>…]*)`/g)].map(
    ([, path = '']) => path.replace(/(:\d+|[.,;])$/, ''),
  )
  const links = [...page.text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, path = '']) =>
    new URL(path, `file:///${folder}`).pathname.slice(1),
  )
  return [...spans, ...links].filter((path) => !exists(path)).map((path) => `${page.path} names ${path}`)
}

/** The variables that an example file shows, set or commented out. */
export function namesShown({ text }: HouseFile): string[] {
  return [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name).sort()
}

/** Whether `version` is `floor` or later; both are `major.minor.patch`. */
export function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0
}
