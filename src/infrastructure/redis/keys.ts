/** Where one user's entitlements are cached. The value carries its own format number. */
export function entitlementsKey(userId: string): string {
  return `tollgate:entitlements:${userId}`
}

/** The mark that an event is done. */
export function processedEventKey(eventId: string): string {
  return `tollgate:stripe-event:${eventId}`
}
