import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { parseAst } from 'vitest/node'

/** One import, as written in `from`; paths are relative to the tree's root, with `/`. */
export interface Import {
  readonly from: string
  readonly line: number
  /** The file of this tree that is meant, or the package (`zod`, `node:fs`) where `isPackage`. */
  readonly to: string
  readonly isPackage: boolean
}

/**
 * Every import of every TypeScript file below `root`/src: static, dynamic, re-exported, of types alone, and `import('x').T`.
 * dependency-cruiser would read them with the API of TypeScript, which TypeScript 7 no longer has.
 */
export function readImports(root: string): {
  readonly files: readonly string[]
  readonly imports: readonly Import[]
} {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join('src', file.replaceAll('\\', '/')))
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
  return { files, imports: files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8'))) }
}

/** The imports of one file. A specifier that starts with `#` or `.` is a path with its ending, as Node wants it. */
export function importsOf(file: string, source: string): Import[] {
  const tree: unknown = parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' })
  return specifiersIn(tree).map(({ specifier, start }) => ({
    from: file,
    line: source.slice(0, start).split('\n').length,
    ...resolve(file, specifier),
  }))
}

function resolve(file: string, specifier: string): Pick<Import, 'to' | 'isPackage'> {
  if (specifier.startsWith('.')) return { to: posix.join(posix.dirname(file), specifier), isPackage: false }
  if (specifier.startsWith('#')) return { to: specifier.slice(1), isPackage: false }
  if (isBuiltin(specifier)) return { to: specifier, isPackage: true }
  const words = specifier.split('/')
  return { to: words.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), isPackage: true }
}

/** In the syntax tree of ES modules and TypeScript, `source` is what each form of import and re-export calls its specifier. */
function specifiersIn(node: unknown): { specifier: string; start: number }[] {
  if (typeof node !== 'object' || node === null) return []
  const below = Object.values(node).flatMap(specifiersIn)
  if (!('source' in node) || typeof node.source !== 'object' || node.source === null) return below
  const { value, start } = node.source as { value?: unknown; start?: unknown }
  if (typeof value !== 'string' || typeof start !== 'number') return below
  return [{ specifier: value, start }, ...below]
}
