// node scripts/proof/mutants.ts [files]: StrykerJS changes the domain at every place that decides something, one at a
// time, and runs the domain's tests against each. Ends with 1 where fewer than 95 % of the mutants are noticed. With
// files, only those, and what is known of unchanged mutants is kept; it does not see a changed row of a table of tests.

import { availableParallelism } from 'node:os'
import { Stryker } from '@stryker-mutator/core'
import { ROOT } from '../lib/run.ts'

const DOMAIN = 'src/features/billing/domain'
const KEPT = '.tollgate/mutants'

/**
 * What is sold, and the words of an interface: they decide nothing, and a test of them would only repeat them.
 */
const DECIDES_NOTHING = [`${DOMAIN}/catalogue/catalogue.ts`, `${DOMAIN}/**/interfaces/*.ts`]

const NOTICED_MIN_PERCENT = 95

process.chdir(ROOT)
const files = process.argv.slice(2)
await new Stryker({
  mutate: files.length > 0 ? files : [`${DOMAIN}/**/*.ts`, ...DECIDES_NOTHING.map((file) => `!${file}`)],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'scripts/proof/mutants.vitest.ts', related: false },
  coverageAnalysis: 'perTest',
  ignorePatterns: ['/*', '!/src', '!/tests', '!/scripts', '!/docs', '!/package.json'],
  // Stryker would rewrite it with a compiler that TypeScript 7 no longer brings; nothing is compiled here.
  tsconfigFile: 'none',
  tempDirName: `${KEPT}/copies`,
  incremental: files.length > 0,
  incrementalFile: `${KEPT}/incremental.json`,
  concurrency: availableParallelism(),
  reporters: ['clear-text', 'html'],
  htmlReporter: { fileName: `${KEPT}/report.html` },
  clearTextReporter: { logTests: false, reportTests: false },
  thresholds: { high: 100, low: NOTICED_MIN_PERCENT, break: NOTICED_MIN_PERCENT },
}).runMutationTest()
