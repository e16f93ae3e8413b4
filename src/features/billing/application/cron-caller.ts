import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether a call comes of our cron: it shows the secret, it does not, or none is set and the route is closed. */
export function cronCaller(request: Request, secret: string | null): 'cron' | 'stranger' | 'closed' {
  if (secret === null) return 'closed'
  const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
  return isSame(given, secret) ? 'cron' : 'stranger'
}

/** Compares hashes, which are of one length, in a time that does not depend on where they differ. */
function isSame(given: string, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(secret))
}
