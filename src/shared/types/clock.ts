/** Where the app gets the time from. Passed in, so that a test decides what time it is. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}
