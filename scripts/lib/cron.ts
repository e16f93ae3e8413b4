import { isEnding } from './ending.ts'
import type { Stack } from './stack.ts'

/** Often enough that who has just paid sees the message of it; a host's cron comes once a minute. */
const EVERY_MS = 5_000

/** Longer than the development server compiles the route at the first call, and than a call delivers. */
const CALL_DEADLINE_MS = 60_000

/** What a host's cron does, for an app that runs here: lets it deliver its outbox again and again. Keeps no process up. */
export function startCron(app: Pick<Stack, 'appUrl' | 'cronSecret'>): void {
  const next = () => setTimeout(() => void drain(app).then(next), EVERY_MS).unref()
  next()
}

async function drain({ appUrl, cronSecret }: Pick<Stack, 'appUrl' | 'cronSecret'>): Promise<void> {
  try {
    const response = await fetch(`${appUrl}/api/billing/outbox`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cronSecret}` },
      signal: AbortSignal.timeout(CALL_DEADLINE_MS),
    })
    await response.body?.cancel()
    if (!response.ok) console.error(`The outbox was not delivered: the app answered ${response.status}.`)
  } catch (error) {
    // The app ends before this process does.
    if (!isEnding()) console.error('The outbox was not delivered:', error)
  }
}
