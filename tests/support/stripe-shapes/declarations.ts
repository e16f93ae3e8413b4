import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { createGenerator, ExposeNodeParser } from 'ts-json-schema-generator'
import { SCHEMA_FILE, SDK } from './declared-shapes.ts'

/*
 * The shapes of Stripe's objects, from the SDK's own declarations. The declarations are copied with two changes: enums
 * lose the `OtherString` that lets any word pass, and a `Decimal` is the text that it is in JSON. Interfaces of one
 * name in two files (a card, an issued card) are kept apart by the name of their file.
 */

/** Makes the schema and keeps it in its file. */
export function generateShapes(): void {
  const work = `${SCHEMA_FILE}.${process.pid}`
  const types = join(work, 'types')
  cpSync(join(SDK, 'esm'), types, { recursive: true, filter: (path) => !/\.js(\.map)?$/.test(path) })
  const files = readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.d.ts'),
  )
  for (const file of files) {
    const path = join(types, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(' | OtherString', ''))
  }
  writeFileSync(join(types, 'Decimal.d.ts'), 'export type Decimal = string\n')
  writeFileSync(join(work, 'root.ts'), objectsOf(types, files))
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    skipLibCheck: true,
    types: [],
  }
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['root.ts'] }))
  nameByFile(types)
  const schema = createGenerator({
    path: join(work, 'root.ts'),
    tsconfig: join(work, 'tsconfig.json'),
    type: 'Objects',
    expose: 'all',
    jsDoc: 'none',
    functions: 'hide',
    skipTypeCheck: true,
    encodeRefs: false,
  }).createSchema('Objects')
  mkdirSync(dirname(SCHEMA_FILE), { recursive: true })
  writeFileSync(`${work}.json`, JSON.stringify(schema))
  renameSync(`${work}.json`, SCHEMA_FILE)
  rmSync(work, { recursive: true })
}

/** A file that names every interface that has an `object` of its own. */
function objectsOf(types: string, files: readonly string[]): string {
  const names = files
    .filter((file) => file.startsWith('resources/') && !file.startsWith('resources/V2'))
    .flatMap((file) => {
      const text = readFileSync(join(types, file), 'utf8')
      const found = text.matchAll(/^export interface (\w+) \{(?:(?!^\}).)*?^ {4}object: '/gms)
      return [...found].map(([, name]) => `import('./types/${file.replace('.d.ts', '.js')}').${name}`)
    })
  return `export interface Objects {\n${names.map((name, index) => `  o${index}: ${name}`).join('\n')}\n}\n`
}

type NameOf = (this: unknown, node: { getSourceFile(): { fileName: string } }, context: unknown) => string

/** Puts the file before each definition's name. The generator has no option for it. */
function nameByFile(types: string): void {
  const plain: NameOf = Reflect.get(ExposeNodeParser.prototype, 'getDefinitionName')
  const named: NameOf = function (node, context) {
    const file = relative(types, node.getSourceFile().fileName).replace('.d.ts', '')
    return `${file}:${plain.call(this, node, context)}`
  }
  Object.defineProperty(ExposeNodeParser.prototype, 'getDefinitionName', { value: named })
}
