/** The fields that a log line may carry: an allow-list, so that no secret and no personal datum ever can. */
export interface LogFields {
  readonly event_id?: string
  readonly event_type?: string
  readonly outcome?: string
  readonly reason?: string | null
  readonly duration_ms?: number
  readonly user_id?: string | null
  readonly plan?: string
  readonly session_id?: string
  readonly layer?: string
  readonly layers?: Readonly<Record<string, { readonly hits: number; readonly misses: number }>>
  readonly error_code?: string
  readonly error_name?: string
  readonly status?: number
  readonly repeats?: number
}

/** Structured logging: a fixed message and allow-listed fields. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Where failures that somebody must look at are reported. Never throws. */
export interface ErrorReporter {
  report(error: unknown, fields: LogFields): void
}

/** What a repeated capture is known by. `at` in milliseconds since the epoch. */
export interface Occurrence {
  readonly id: string
  readonly at: number
}

/** What product analytics hears of. Never throws, and nobody's answer waits for it. */
export interface Analytics {
  capture(
    event: 'checkout_session_created' | 'stripe_webhook_processed' | 'outbox_message_delivered',
    fields: LogFields,
    occurrence?: Occurrence,
  ): Promise<void>
}
