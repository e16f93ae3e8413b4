// npm run proof: what takes longer than a test run may. Without arguments all of it; with names only those parts:
// npm run proof -- schedules kills

import { packageCommand, runInFront } from './lib/run.ts'

/** A part of the proof: what it tries, and the suites that it runs longer than `npm test` does. */
interface Part {
  readonly says: string
  /** What runs it, where it is no suite. */
  readonly script?: string
  readonly suites: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

const parts: Readonly<Record<string, Part>> = {
  guards: {
    says: 'each guard taken out, which a test has to notice',
    script: 'scripts/guards.ts',
    suites: [],
    environment: {},
  },
  mutants: {
    says: 'the domain changed at every place, which a test has to notice',
    script: 'scripts/proof/mutants.ts',
    suites: [],
    environment: {},
  },
  schedules: {
    says: '2,000,000 random schedules in memory, over all cores',
    script: 'scripts/proof/schedules.ts',
    suites: [],
    environment: {},
  },
  'strange-events': {
    says: '20,000 strange events that are signed',
    suites: ['tests/property/bad-input.test.ts'],
    environment: { TOLLGATE_STRANGE_EVENTS: '20000' },
  },
  'real-schedules': {
    says: '1,000 random schedules on Postgres and Redis',
    suites: ['tests/integration/real-parts/schedules.test.ts'],
    environment: { TOLLGATE_REAL_SCHEDULES: '1000' },
  },
  answers: {
    says: '10,000 answers, each after its commit',
    suites: ['tests/integration/real-parts/ack-is-durable.test.ts'],
    environment: { TOLLGATE_ANSWERS: '10000' },
  },
  kills: {
    says: '5,000 purchases while app, Postgres and Redis are killed',
    suites: ['tests/integration/real-parts/monkey.test.ts'],
    environment: { TOLLGATE_PURCHASES: '5000' },
  },
  'full-speed': {
    says: 'ten minutes at full speed',
    suites: ['tests/integration/real-parts/full-speed.test.ts'],
    environment: { TOLLGATE_FULL_SPEED_SECONDS: '600' },
  },
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`No part is called ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

let failed = 0
for (const [name, { says, script, suites, environment }] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const startedAt = performance.now()
  console.log(`\n== ${name}: ${says}`)
  const [command, args] =
    script === undefined
      ? [packageCommand('vitest'), ['run', '--project=proof', ...suites]]
      : [process.execPath, [script]]
  const code = await runInFront(command, args, { NODE_ENV: 'test', ...environment })
  if (code !== 0) failed += 1
  console.log(
    `== ${name} ${code === 0 ? 'held' : 'FAILED'} after ${Math.round((performance.now() - startedAt) / 1000)} s`,
  )
}
process.exitCode = failed === 0 ? 0 : 1
