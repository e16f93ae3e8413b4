import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 25

/**
 * Asks again until the answer is right, and returns it.
 * @throws with the last answer when `deadlineMs` passes before that
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  isRight: (answer: Answer) => boolean,
  deadlineMs = 10_000,
): Promise<Answer> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${deadlineMs} ms; last seen ${JSON.stringify(answer)}`)
    }
    await sleep(PAUSE_MS)
  }
}
