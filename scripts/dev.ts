// npm run dev: the app with its sandbox, rebuilt as files change. Ctrl-C ends both.

import { rmSync, writeFileSync } from 'node:fs'
import { DEV_SETTINGS_FILE } from '#src/cli/settings.ts'
import { startCron } from './lib/cron.ts'
import { endServersWithThisProcess } from './lib/ending.ts'
import { startStack } from './lib/stack.ts'

endServersWithThisProcess()
const stack = await startStack({ mode: 'dev' })
const { appUrl, environment, app } = stack
startCron(stack)
// For `npm run tollgate` in another terminal. The keys are the sandbox's, and are worth nothing without it.
writeFileSync(DEV_SETTINGS_FILE, JSON.stringify(environment), { mode: 0o600 })
process.on('exit', () => rmSync(DEV_SETTINGS_FILE, { force: true }))
app.log.follow((line) => console.log(line))
console.log(`
The app           ${appUrl}
The sandbox       ${environment.STRIPE_API_BASE} (Stripe), ${environment.NEXT_PUBLIC_SUPABASE_URL} (Supabase)
A card that pays  4242 4242 4242 4242, any date to come, any code
Ctrl-C ends both.`)
await app.ended
