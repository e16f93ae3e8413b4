/** Whether an error of ours says that the same call may succeed later without anybody changing anything. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true
}
