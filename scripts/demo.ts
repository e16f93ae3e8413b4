// npm run demo: builds and starts the app and its sandbox, plays the main job, then stays up to be clicked through.
// npm run demo -- --exit ends after the last step, with 0 if every step was right and 1 if one was not.

import { parseArgs } from 'node:util'
import { playMainJob } from './demo/main-job.ts'
import { Narrator } from './demo/narrator.ts'
import { ensureBuilt } from './lib/build.ts'
import { startCron } from './lib/cron.ts'
import { end, endServersWithThisProcess, isEnding } from './lib/ending.ts'
import { startStack } from './lib/stack.ts'

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } })

endServersWithThisProcess()
await ensureBuilt()
const stack = await startStack()
startCron(stack)
const narrator = new Narrator((line) => console.log(line))
console.log(
  `\nTollgate at ${stack.appUrl}, with a sandbox for Stripe, Supabase and Upstash. No money moves.\n`,
)

const person = await playMainJob(stack, narrator).catch(async () => {
  console.error('\nA step was not as it says. The logs are in .tollgate/logs.')
  return end(1)
})
console.log(`\nAll ${narrator.steps} steps were as they say.`)
if (values.exit) await end(0)
console.log(`
The app           ${stack.appUrl}
Sign in as        ${person.email}
with password     ${person.password}
A card that pays  4242 4242 4242 4242, any date to come, any code
Stripe's sandbox  ${stack.environment.STRIPE_API_BASE}
Ctrl-C ends everything.`)
await Promise.race([stack.app.ended, stack.sandbox.ended])
if (!isEnding()) console.error('A server ended by itself; its log is in .tollgate/logs.')
await end(1)
