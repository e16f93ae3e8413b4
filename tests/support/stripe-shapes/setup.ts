import { existsSync } from 'node:fs'
import { SCHEMA_FILE } from './declared-shapes.ts'

/** Makes the schema once, before test files that run at the same time would each make it. */
export default async function setup(): Promise<void> {
  if (existsSync(SCHEMA_FILE)) return
  // It brings a whole compiler along.
  const { generateShapes } = await import('./declarations.ts')
  generateShapes()
}
