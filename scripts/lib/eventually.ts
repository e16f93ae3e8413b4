import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again until the answer is right, and returns it.
 * @throws with the last answer when `deadlineMs` passes before that
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  isRight: (answer: Answer) => boolean,
  { deadlineMs = 10_000, pauseMs = 25 }: { readonly deadlineMs?: number; readonly pauseMs?: number } = {},
): Promise<Answer> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${deadlineMs} ms; last seen ${JSON.stringify(answer)}`)
    }
    await sleep(pauseMs)
  }
}
