import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'

/**
 * What the caches remember of events and their effects. It only ever holds facts that are durable in Postgres
 * already: losing all of it costs round trips, never correctness.
 */
export interface IEventMemory {
  /** Whether the event is known to be done. One round trip; false where the memory cannot be asked. */
  isProcessed(eventId: string): Promise<boolean>
  /**
   * Remembers that an event is done (null: it is not, or it was no event) and what its user may do now.
   * One round trip, none where there is nothing to remember. Throws where the memory did not take it.
   */
  remember(eventId: string | null, entitlements: UserEntitlements | null): Promise<void>
}
