/** Deliveries to one endpoint that wait for their turn, first in, first out. */
export class Lane<Job> {
  /** Deliveries in flight. */
  active = 0
  /** Set while a look at the lane is planned for this turn of the event loop. */
  awake = false
  #jobs: Job[] = []
  #head = 0

  get waiting(): number {
    return this.#jobs.length - this.#head
  }

  push(job: Job): void {
    this.#jobs.push(job)
  }

  /** The next one, or undefined. Taking all of n costs O(n). */
  take(): Job | undefined {
    const job = this.#jobs[this.#head]
    if (job === undefined) return undefined
    this.#head += 1
    if (this.#head === this.#jobs.length) {
      this.#jobs = []
      this.#head = 0
    }
    return job
  }
}
