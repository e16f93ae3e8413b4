import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Milliseconds: a browser test waits for pages, payments and deliveries, one after the other. */
const E2E_TEST_MS = 120_000

/** Properties that are gone through whole, in seconds: they reach code that no other test does. */
const PROPERTIES_WITH_COVERAGE = [
  'tests/property/all-orders.test.ts',
  'tests/property/fault-points.test.ts',
  'tests/property/reversals-in-any-order.test.ts',
]

const LOADS_NEXT = [
  'tests/unit/infrastructure/composition-root.test.ts',
  'tests/unit/infrastructure/observability/observability.test.ts',
]

export default defineConfig({
  resolve: {
    // Next alone knows that code runs on the server; everywhere else the package throws.
    alias: { 'server-only': fileURLToPath(new URL('node_modules/server-only/empty.js', import.meta.url)) },
  },
  test: {
    // Vitest leaves one core to itself, of two as of twenty; it needs none while the tests run.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // No module of ours keeps what a test did: files that share them load them once, not a hundred times.
          isolate: false,
          include: ['tests/unit/**/*.test.ts', ...PROPERTIES_WITH_COVERAGE],
          exclude: LOADS_NEXT,
          // Vitest's five seconds fail a sound test on a machine that others use too.
          testTimeout: 30_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          // Components are drawn on a page, and Next changes globals: not for files that share a process.
          name: 'apart',
          include: ['tests/unit/**/*.test.tsx', ...LOADS_NEXT],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', 'tests/sandbox/**/*.test.ts'],
          exclude: ['tests/integration/real-parts/**'],
          globalSetup: 'tests/support/stripe-shapes/setup.ts',
          setupFiles: 'tests/support/stripe-shapes/held.ts',
          testTimeout: 30_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          // What tries very much: it runs without coverage, which would make it slower and tell nothing new.
          name: 'proof',
          include: ['tests/property/**/*.test.ts', 'tests/integration/real-parts/**/*.test.ts'],
          exclude: PROPERTIES_WITH_COVERAGE,
          // Schedules leave much behind that lives for a moment: more room for it saves a fifth of their time.
          execArgv: ['--max-semi-space-size=32'],
          testTimeout: 30_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: 'tests/support/built-app.ts',
          testTimeout: E2E_TEST_MS,
          hookTimeout: E2E_TEST_MS,
          // A browser, an app and a sandbox fill two cores: two files at a time took longer, and one its whole time.
          fileParallelism: false,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['src/features/billing/**/*.{ts,tsx}', 'src/infrastructure/**/*.ts'],
      reporter: [['text', { skipFull: true }], 'html', 'json-summary'],
      thresholds: {
        'src/features/billing/**': { lines: 90, branches: 90 },
        'src/infrastructure/**': { lines: 90, branches: 90 },
      },
    },
  },
})
