/** Where the state is kept. */
export interface Journal {
  /** Something changed: it is to be kept before long. */
  touch(): void
  /** Resolves once everything that was touched is kept, at once where nothing waits. */
  saved(): Promise<void>
  /** Keeps what is left to keep. */
  close(): Promise<void>
}

/** Keeps nothing: the state lives as long as its process. */
export const IN_MEMORY: Journal = {
  touch: () => undefined,
  saved: () => Promise.resolve(),
  close: () => Promise.resolve(),
}
