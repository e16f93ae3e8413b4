// The parameters that a file of the SDK's declarations gives a request, those within hashes among them.

/** A property of an interface, with the text of its type. */
interface Property {
  readonly name: string
  readonly type: string
}

/** The interfaces of a file by their full names: `Checkout.SessionCreateParams.LineItem`. */
type Interfaces = ReadonlyMap<string, readonly Property[]>

const PAGE_PARAMETERS = ['ending_before', 'limit', 'starting_after']
const OPENS = /^( *)(?:export )?(?:declare )?(namespace|interface) (\w+)(?: extends (\w+))? \{$/
const PROPERTY = /^ *(\w+)\??: (.+?);?$/
const ENTRY = /^ *\[key: string\]: (.+?);?$/
const NAMES = /\b[A-Z]\w*(?:\.\w+)*/g
/** No request of Stripe's goes deeper. */
const MAX_LEVELS = 8

/** What the parameters of `typeName` are called: `line_items`, and within it `line_items.price`. Without `expand`. */
export function declaredParameters(declarations: string, typeName: string): string[] {
  const interfaces = interfacesOf(declarations)
  const full = [...interfaces.keys()].find((name) => name === typeName || name.endsWith(`.${typeName}`))
  return full === undefined
    ? []
    : namesIn(interfaces, full, MAX_LEVELS)
        .filter((name) => name !== 'expand')
        .sort()
}

function namesIn(interfaces: Interfaces, full: string, levels: number): string[] {
  if (levels === 0) return []
  return (interfaces.get(full) ?? []).flatMap(({ name, type }) => [
    name,
    ...(type.match(NAMES) ?? [])
      .map((each) => resolved(interfaces, full, each))
      .filter((each) => each !== null && each !== full)
      .flatMap((each) => namesIn(interfaces, each ?? '', levels - 1).map((inner) => `${name}.${inner}`)),
  ])
}

/** The interface that a name means there: the nearest scope comes first, as in TypeScript. */
function resolved(interfaces: Interfaces, from: string, name: string): string | null {
  const scopes = from.split('.')
  for (let depth = scopes.length; depth >= 0; depth -= 1) {
    const full = [...scopes.slice(0, depth), name].join('.')
    if (interfaces.has(full)) return full
  }
  return null
}

function interfacesOf(declarations: string): Interfaces {
  const found = new Map<string, Property[]>()
  const open: { indent: string; name: string; properties: Property[] | null }[] = []
  for (const line of declarations.replaceAll(/\/\*\*[\s\S]*?\*\//g, '').split('\n')) {
    const [, indent = '', kind, name = '', base] = OPENS.exec(line) ?? []
    if (kind !== undefined) {
      const full = [...open.map((each) => each.name), name].join('.')
      const inherited = base === 'PaginationParams' ? PAGE_PARAMETERS : []
      const properties =
        kind === 'interface' ? inherited.map((each) => ({ name: each, type: 'string' })) : null
      if (properties) found.set(full, properties)
      open.push({ indent, name, properties })
    } else readLine(open, line)
  }
  return found
}

function readLine(open: { indent: string; properties: Property[] | null }[], line: string): void {
  const innermost = open.at(-1)
  if (innermost === undefined) return
  if (line === `${innermost.indent}}`) open.pop()
  const [, entryType] = ENTRY.exec(line) ?? []
  const last = innermost.properties?.at(-1)
  if (entryType !== undefined && last) {
    innermost.properties?.splice(-1, 1, { ...last, type: entryType })
    return
  }
  const [, name, type] = PROPERTY.exec(line) ?? []
  if (name !== undefined && type !== undefined) innermost.properties?.push({ name, type })
}
