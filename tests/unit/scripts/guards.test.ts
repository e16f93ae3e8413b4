import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { databaseGuards } from '../../../scripts/guards/database.ts'
import { flowGuards } from '../../../scripts/guards/flow.ts'
import { keyGuards } from '../../../scripts/guards/keys.ts'
import { ROOT } from '../../../scripts/lib/run.ts'

describe('npm run proof -- guards', () => {
  it.each([...flowGuards, ...keyGuards, ...databaseGuards])(
    'can take out $name: it stands there once',
    ({ edits, tests }) => {
      const times = edits.map(
        ({ file, find }) => readFileSync(join(ROOT, file), 'utf8').split(find).length - 1,
      )

      expect(times).toEqual(edits.map(() => 1))
      expect(tests.length).toBeGreaterThan(0)
    },
  )
})
