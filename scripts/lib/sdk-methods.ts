import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredParameters } from './declared-parameters.ts'

/** A method of the SDK that makes one request of API v1. */
export interface SdkMethod {
  /** As the SDK names it: `Checkout.Sessions`. */
  resource: string
  name: string
  http: string
  /** With `:id` for each id. */
  path: string
  /** The names of the parameters that it declares, but for `expand`; those within a hash as `items.price`. */
  parameters: readonly string[]
}

const METHOD =
  /^ {4}(\w+)\([^)]*\) \{\n(?:(?!^ {4}\}).*\n)*?\s*return this\._makeRequest\('(\w+)', ['`](\/v1\/.+?)['`], /gm

/** Every method of API v1 that the SDK in this folder declares, in the order of its files. */
export function sdkMethods(sdk: string): SdkMethod[] {
  const folder = join(sdk, 'esm', 'resources')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.startsWith('V2') && !file.endsWith('index.js'))
    .sort()
    .flatMap((file) => methodsOf(join(folder, file), file.slice(0, -'.js'.length)))
}

function methodsOf(path: string, name: string): SdkMethod[] {
  const declarations = readFileSync(path.replace(/\.js$/, '.d.ts'), 'utf8')
  return [...readFileSync(path, 'utf8').matchAll(METHOD)].map(([, method = '', http = '', url = '']) => ({
    resource: name.replaceAll('/', '.'),
    name: method,
    http,
    path: url.replaceAll(/\$\{.+?\}/g, ':id'),
    parameters: parametersOf(declarations, method),
  }))
}

/** Those of the interface that the method names for its parameters. */
function parametersOf(declarations: string, method: string): string[] {
  const signature = new RegExp(`^ {4}${method}\\(.*?params\\??: (?:\\w+\\.)*(\\w+)`, 'm').exec(declarations)
  const name = signature?.[1]
  return name === undefined ? [] : declaredParameters(declarations, name)
}
