// Set up for each test file of the sandbox: whatever its tests are about, no answer and no event may differ from the
// shapes that the SDK declares.

import { afterEach, expect } from 'vitest'
import { recordedMisfits } from './misfits.ts'

afterEach(() => {
  expect(recordedMisfits()).toEqual([])
})
