import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { wrongImports } from '../../scripts/lib/dependency-rules.ts'
import { importsOf } from '../../scripts/lib/import-graph.ts'

const trees: string[] = []

/** A tree of its own, from paths below src to contents. */
function treeOf(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'tollgate-tree-'))
  trees.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, 'src', dirname(path)), { recursive: true })
    writeFileSync(join(root, 'src', path), text)
  }
  return root
}

afterEach(() => {
  for (const root of trees.splice(0)) rmSync(root, { recursive: true })
})

const importing = (specifier: string) => `import { x } from '${specifier}'\nexport const y = x\n`
const leaf = 'export const x = 1\n'

describe('the dependency rules', () => {
  it('hold for every import of this project', () => {
    expect(wrongImports(join(import.meta.dirname, '..', '..'))).toEqual([])
  })

  it.each([
    ['the domain an npm package', 'features/billing/domain/a.ts', 'zod'],
    ['the domain a module of Node', 'features/billing/domain/a.ts', 'node:crypto'],
    ['the domain a use case', 'features/billing/domain/a.ts', '#src/features/billing/application/b.ts'],
    ['the domain a client', 'features/billing/domain/a.ts', '../../../infrastructure/b.ts'],
    ['a use case an adapter', 'features/billing/application/a.ts', '../infrastructure/stripe/b.ts'],
    ['a use case a vendor SDK', 'features/billing/application/a.ts', 'stripe'],
    ['a use case a page', 'features/billing/application/a.ts', '#src/app/b.ts'],
    ['an adapter a component', 'features/billing/infrastructure/a.ts', '#src/features/billing/ui/b.ts'],
    ['an adapter the sandbox', 'features/billing/infrastructure/a.ts', '#src/sandbox/b.ts'],
    ['a shared client an adapter', 'infrastructure/redis/a.ts', '#src/features/billing/infrastructure/b.ts'],
    ['the composition root the sandbox', 'infrastructure/composition-root.ts', '#src/sandbox/b.ts'],
    ['a component an adapter', 'features/billing/ui/a.tsx', '#src/features/billing/infrastructure/b.ts'],
    ['a page an adapter', 'app/a.tsx', '#src/features/billing/infrastructure/b.ts'],
    ['a page a client', 'app/a.tsx', '#src/infrastructure/redis/b.ts'],
    ['a page the sandbox', 'app/a.tsx', '#src/sandbox/b.ts'],
    ['a shared component a slice', 'shared/ui/a.tsx', '#src/features/billing/ui/b.ts'],
    ['the sandbox a policy of the domain', 'sandbox/a.ts', '#src/features/billing/domain/policy/b.ts'],
    ['the app a test', 'app/a.ts', '#tests/support/b.ts'],
    ['a folder without a rule another folder', 'newcomer/a.ts', '#src/shared/types/b.ts'],
  ])('forbid %s', (_who, from, specifier) => {
    const target = specifier.startsWith('#src/') ? { [specifier.slice('#src/'.length)]: leaf } : {}
    const root = treeOf({ [from]: importing(specifier), ...target })

    expect(wrongImports(root)[0]).toMatch(new RegExp(`^src/${from}:1 imports`))
  })

  it('allow the ways inward', () => {
    const root = treeOf({
      'features/billing/domain/catalogue/a.ts': leaf,
      'features/billing/application/b.ts': importing('../domain/catalogue/a.ts'),
      'features/billing/infrastructure/c.ts': importing('#src/features/billing/application/b.ts'),
      'infrastructure/composition-root.ts': importing('#src/features/billing/infrastructure/c.ts'),
      'app/page.tsx': importing('#src/infrastructure/composition-root.ts'),
      'sandbox/e.ts': importing('#src/features/billing/domain/catalogue/a.ts'),
    })

    expect(wrongImports(root)).toEqual([])
  })

  it('forbid a circle, and name the way around it', () => {
    const root = treeOf({ 'sandbox/a.ts': importing('./b.ts'), 'sandbox/b.ts': importing('./a.ts') })

    expect(wrongImports(root)).toEqual([
      'Imports go in a circle: src/sandbox/a.ts -> src/sandbox/b.ts -> src/sandbox/a.ts',
    ])
  })

  it('forbid an import that leads nowhere', () => {
    const root = treeOf({ 'sandbox/a.ts': importing('./gone.ts') })

    expect(wrongImports(root)).toEqual([
      'src/sandbox/a.ts:1 imports src/sandbox/gone.ts, which is not there.',
    ])
  })
})

describe('the reading of imports', () => {
  it.each([
    ["import { x } from './b.ts'"],
    ["import type { X } from './b.ts'"],
    ["import './b.ts'"],
    ["export { x } from './b.ts'"],
    ["export type { X } from './b.ts'"],
    ["export * from './b.ts'"],
    ["const lazy = () => import('./b.ts')"],
    ["type X = import('./b.ts').X"],
  ])('sees %s', (source) => {
    expect(importsOf('src/a.ts', source)).toEqual([
      { from: 'src/a.ts', line: 1, to: 'src/b.ts', isPackage: false },
    ])
  })

  it('names a package without the path inside it', () => {
    const source = "import 'next/navigation'\nimport '@supabase/ssr/dist'\nimport 'fs'\n"

    expect(importsOf('src/a.tsx', source).map(({ to }) => to)).toEqual(['next', '@supabase/ssr', 'fs'])
  })
})
