import type { History, ModelObject, ModelUser } from './objects.ts'
import { livePayment } from './payment-life.ts'
import { SourceTimeline } from './SourceTimeline.ts'
import type { HistorySpec } from './spec.ts'
import { liveSubscription } from './subscription-life.ts'

/** 1 January 2026: when every history begins. */
export const HISTORY_BEGINS_AT = 1_767_225_600

/**
 * The true timeline that a spec describes: always the same for the same spec. Histories of other numbers share no id,
 * so that many can be written into one database.
 */
export function writeHistory({ users }: HistorySpec, number = 0): History {
  const people: ModelUser[] = users.map((_, index) => ({
    userId: `00000000-0000-4000-8000-${String(number * 100 + index + 1).padStart(12, '0')}`,
    customerId: `cus_${number}x${index + 1}`,
  }))
  const lines = users.flatMap(({ sources }, userIndex) => {
    let startsAt = HISTORY_BEGINS_AT
    return sources.map((spec, index) => {
      startsAt += spec.startGap
      const line = new SourceTimeline(
        `${number}x${userIndex + 1}x${index + 1}`,
        people[userIndex] as ModelUser,
        spec,
        startsAt,
      )
      if (spec.kind === 'subscription') liveSubscription(line)
      else livePayment(line)
      return line
    })
  })
  // Stable: what one source did in one second stays in its order.
  const moments = lines.flatMap((line) => line.moments).sort((a, b) => a.at - b.at)
  const finalObjects = new Map<string, ModelObject>()
  for (const { changed } of moments) for (const object of changed) finalObjects.set(object.id, object)
  return { users: people, moments, finalObjects }
}
