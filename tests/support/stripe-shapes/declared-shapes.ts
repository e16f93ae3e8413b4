import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** The folder of the SDK. */
export const SDK = join(root, 'node_modules', 'stripe')
const { version } = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')) as { version: string }

/** Where the schema is kept, by the SDK's version: making it takes some ten seconds. */
export const SCHEMA_FILE = join(root, '.tollgate', 'shapes', `stripe-${version}.json`)

export interface Schema {
  $ref?: string
  const?: unknown
  properties?: Record<string, Schema>
  [key: string]: unknown
}

/** The schema of each interface and type of the SDK that an API object can reach. */
export function declaredShapes(): Record<string, Schema> {
  return JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')).definitions
}
