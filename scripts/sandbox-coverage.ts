// Writes the table of docs/sandbox.md: what the Stripe sandbox answers of what the SDK can ask. `biome format --write` pads it.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '#src/sandbox/stripe/routes.ts'
import { coverageTable, withCoverage } from './lib/coverage-table.ts'
import { sdkMethods } from './lib/sdk-methods.ts'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs', 'sandbox.md')
const table = coverageTable(sdkMethods(join(root, 'node_modules', 'stripe')), routes)
writeFileSync(page, withCoverage(readFileSync(page, 'utf8'), table))
