import { PostHog } from 'posthog-node'
import type { AppConfig } from '#src/infrastructure/config/env.ts'
import type { Analytics, Log } from '#src/shared/types/log.ts'
import { allowedFields } from './log.ts'

/** How long PostHog may take. Nobody's answer waits for it. */
const POSTHOG_DEADLINE_MS = 3_000

/**
 * Tells PostHog what happened, by ids alone. Without a key nothing is sent anywhere; a failure is one log line.
 */
export function createAnalytics(posthog: AppConfig['posthog'], log: Log): Analytics {
  if (posthog === null) return { capture: async () => undefined }
  const client = new PostHog(posthog.key, {
    host: posthog.host,
    flushAt: 1,
    flushInterval: 0,
    requestTimeout: POSTHOG_DEADLINE_MS,
    fetchRetryCount: 0,
  })
  // The client tells of a failure here; its methods resolve all the same.
  client.on('error', (error: unknown) =>
    log.warn('analytics failed', { error_name: error instanceof Error ? error.name : typeof error }),
  )
  return {
    capture: (event, fields, occurrence) =>
      client.captureImmediate({
        ...(occurrence && { uuid: occurrence.id, timestamp: new Date(occurrence.at) }),
        distinctId: fields.user_id ?? fields.event_id ?? 'unknown',
        event,
        properties: { ...allowedFields(fields), $process_person_profile: false },
      }),
  }
}
