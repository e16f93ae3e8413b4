import { defineConfig } from 'vitest/config'

/** What a mutant of the domain has to get past: the domain's own tests, which must need no others to state its rules. */
export default defineConfig({
  // One thread a mutant instead of one a test file: no test of the domain leaves anything behind.
  test: { include: ['tests/unit/features/billing/domain/**/*.test.ts'], isolate: false },
})
