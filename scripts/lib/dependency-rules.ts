import { type Import, readImports } from './import-graph.ts'

interface Rule {
  /** The folder below src, or its one file; '' stands for whatever no other rule names. */
  readonly folder: string
  /** Folders or files below src that it may import; its own are always allowed. */
  readonly may: readonly string[]
  /** The packages of npm and of Node that it may import. */
  readonly packages: 'all' | readonly string[]
  readonly because: string
}

const DOMAIN = 'features/billing/domain'
const APPLICATION = 'features/billing/application'

/** Who may import whom. The default is no; where two rules match a file, the later one counts. */
const RULES: readonly Rule[] = [
  { folder: '', may: [], packages: [], because: 'No dependency rule names this folder yet.' },
  { folder: 'shared', may: [], packages: ['zod'], because: 'What slices share knows no slice.' },
  {
    folder: 'shared/types',
    may: [DOMAIN],
    packages: [],
    because: "Shared types speak the domain's words and import nothing else.",
  },
  {
    folder: 'shared/ui',
    may: ['shared/types'],
    packages: 'all',
    because: 'Shared components know no slice.',
  },
  { folder: DOMAIN, may: ['shared/types'], packages: [], because: 'The domain imports nothing but itself.' },
  {
    folder: APPLICATION,
    may: [DOMAIN, 'shared'],
    packages: ['zod', 'node:crypto'],
    because: 'A use case knows the domain and its own ports; adapters are given to it.',
  },
  {
    folder: 'features/billing/infrastructure',
    may: [APPLICATION, DOMAIN, 'infrastructure', 'shared'],
    packages: 'all',
    because: 'An adapter knows the ports that it implements and the shared clients.',
  },
  {
    folder: 'features/billing/ui',
    may: [APPLICATION, DOMAIN, 'shared'],
    packages: 'all',
    because: 'Components render what a page gives them; they reach no adapter.',
  },
  {
    folder: 'infrastructure',
    may: [APPLICATION, DOMAIN, 'shared'],
    packages: 'all',
    because: "Shared infrastructure knows the ports; only the composition root knows a slice's adapters.",
  },
  {
    folder: 'infrastructure/composition-root',
    may: ['infrastructure', 'features/billing/infrastructure', APPLICATION, DOMAIN, 'shared'],
    packages: 'all',
    because: 'The composition root wires use cases to adapters; it knows neither pages nor the sandbox.',
  },
  {
    folder: 'infrastructure/operations-root',
    may: ['infrastructure', 'features/billing/infrastructure', APPLICATION, DOMAIN, 'shared'],
    packages: 'all',
    because: "The part of the composition root that wires an operator's tools.",
  },
  {
    folder: 'cli',
    may: [APPLICATION, DOMAIN, 'infrastructure', 'shared'],
    packages: 'all',
    because: 'A command calls a use case of the composition root and prints what it answers.',
  },
  {
    folder: 'app',
    may: [
      APPLICATION,
      DOMAIN,
      'features/billing/ui',
      'infrastructure/auth',
      'infrastructure/composition-root',
      'shared',
    ],
    packages: 'all',
    because: 'A page or route calls a use case of the composition root; it reaches no adapter and no client.',
  },
  ...['proxy', 'instrumentation', 'instrumentation-client'].map((folder) => ({
    folder,
    may: ['app', 'infrastructure', 'shared'],
    packages: 'all' as const,
    because: "Next's own entry files set up what every page has, before any use case runs.",
  })),
  {
    folder: 'sandbox',
    may: [`${DOMAIN}/catalogue`],
    packages: 'all',
    because:
      'The sandbox stands in for Stripe, Supabase and Upstash; of the app it knows only the catalogue.',
  },
]

function isIn(file: string, folder: string): boolean {
  return folder === '' || file === `src/${folder}.ts` || file.startsWith(`src/${folder}/`)
}

function ruleOf(file: string): Rule | undefined {
  return RULES.findLast(({ folder }) => isIn(file, folder))
}

function isAllowed({ from, to, isPackage }: Import, rule: Rule): boolean {
  if (isPackage) return rule.packages === 'all' || rule.packages.includes(to)
  if (rule.folder === '') return to.slice(0, to.lastIndexOf('/')) === from.slice(0, from.lastIndexOf('/'))
  return [rule.folder, ...rule.may].some((folder) => isIn(to, folder))
}

/**
 * The circles of imports: each is named once, by the way around it.
 * A file is left only when all that it leads to was seen, so a file met again on the way closes a circle.
 */
function circlesIn(files: readonly string[], imports: readonly Import[]): string[] {
  const next = Map.groupBy(
    imports.filter(({ isPackage }) => !isPackage),
    ({ from }) => from,
  )
  const circles: string[] = []
  const left = new Set<string>()
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) {
      circles.push(`Imports go in a circle: ${[...way.slice(way.indexOf(file)), file].join(' -> ')}`)
      return
    }
    if (left.has(file)) return
    for (const { to } of next.get(file) ?? []) visit(to, [...way, file])
    left.add(file)
  }
  for (const file of files) visit(file, [])
  return circles
}

/** Checks every import below `root`/src and returns a sentence for each that is not allowed or that leads nowhere. */
export function wrongImports(root: string): string[] {
  const { files, imports } = readImports(root)
  const known = new Set(files)
  const wrong = imports.flatMap((one) => {
    const rule = ruleOf(one.from)
    const place = `${one.from}:${one.line} imports ${one.to}`
    if (rule === undefined || !isAllowed(one, rule))
      return [`${place}. ${rule?.because ?? 'It is outside src.'}`]
    const isSource = !one.isPackage && /\.tsx?$/.test(one.to)
    return isSource && !known.has(one.to) ? [`${place}, which is not there.`] : []
  })
  return [...wrong, ...circlesIn(files, imports)]
}
