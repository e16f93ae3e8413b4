import pino, { type DestinationStream } from 'pino'
import type { Log, LogFields } from '#src/shared/types/log.ts'

const ALLOWED: ReadonlySet<string> = new Set<keyof LogFields>([
  'event_id',
  'event_type',
  'outcome',
  'reason',
  'duration_ms',
  'user_id',
  'plan',
  'session_id',
  'layer',
  'layers',
  'error_code',
  'error_name',
  'status',
  'repeats',
])

/** Keeps the fields that a log line or a report may carry, whatever else an object was given at run time. */
export function allowedFields(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => ALLOWED.has(name)))
}

/** One line of JSON a message, on standard output unless `destination` says otherwise. */
export function createLog(destination?: DestinationStream): Log {
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination(1),
  )
  return {
    info: (message, fields = {}) => logger.info(allowedFields(fields), message),
    warn: (message, fields = {}) => logger.warn(allowedFields(fields), message),
    error: (message, fields = {}) => logger.error(allowedFields(fields), message),
  }
}
