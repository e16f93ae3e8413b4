import type { Fault } from './language.ts'
import type { RandomState } from './random.ts'

/** A fault in place. */
export interface ArmedFault extends RandomState {
  readonly id: string
  readonly fault: Fault
  /** How many more times it strikes; null: until it is taken away. */
  left: number | null
  struck: number
}
