import * as Sentry from '@sentry/nextjs'
import type { ErrorReporter } from '#src/shared/types/log.ts'
import { allowedFields } from './log.ts'

/**
 * Reports failures to Sentry: the error's stack and allow-listed fields; no body, no header, no e-mail, no address.
 * Without a DSN nothing is sent anywhere.
 */
export function createErrorReporter(dsn: string | null): ErrorReporter {
  if (dsn === null) return { report: () => undefined }
  Sentry.init({
    dsn,
    dataCollection: {
      userInfo: false,
      cookies: false,
      httpHeaders: false,
      httpBodies: [],
      urlQueryParams: false,
      databaseQueryData: false,
    },
    defaultIntegrations: false,
    beforeSend: ({ request: _request, user: _user, server_name: _server, ...event }) => event,
  })
  return {
    report: (error, fields) => {
      Sentry.captureException(error, { extra: { ...allowedFields(fields) } })
    },
  }
}
