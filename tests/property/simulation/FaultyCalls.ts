import { BillingError, type BillingErrorCode } from '#src/features/billing/domain/errors.ts'
import { type FaultPlan, HANG_MS } from './faults.ts'
import type { Turns } from './Simulation.ts'

/** A process whose calls these are. */
export interface MortalProcess {
  isAlive: boolean
  readonly die: () => void
}

/** Calls that leave a process: each waits for its turn, and fails as the plan says, until it is calm. */
export class FaultyCalls {
  isCalm = false
  readonly #turns: Turns
  readonly #faultOf: FaultPlan
  readonly #passTime: (ms: number) => void
  #calls = 0

  constructor(turns: Turns, faultOf: FaultPlan, passTime: (ms: number) => void) {
    this.#turns = turns
    this.#faultOf = faultOf
    this.#passTime = passTime
  }

  async make<T>(
    process: MortalProcess,
    name: string,
    code: BillingErrorCode,
    effect: () => T | Promise<T>,
  ): Promise<T> {
    const never = () => new Promise<T>(() => undefined)
    await this.#turns.schedule(Promise.resolve(), name)
    if (!process.isAlive) return never()
    const fault = this.isCalm ? 'none' : this.#faultOf(this.#calls, name)
    this.#calls += 1
    const failure = () => new BillingError(code, { retryable: true, cause: 'simulated' })
    if (fault === 'hang') this.#passTime(HANG_MS)
    if (fault === 'before' || fault === 'hang') throw failure()
    const result = await effect()
    if (fault === 'twice') return effect()
    if (fault === 'after') throw failure()
    if (fault !== 'kill') return result
    process.isAlive = false
    process.die()
    return never()
  }
}
