import fc from 'fast-check'

/**
 * What happens to one call that leaves a process. `before`: it fails and has no effect; `after`: it has its effect
 * and its answer is lost; `hang`: it has no effect and fails at its deadline; `twice`: it is carried out twice;
 * `kill`: the process dies between the effect and the answer.
 */
export type Fault = 'none' | 'before' | 'after' | 'hang' | 'twice' | 'kill'

/** Every way in which a call can go wrong. */
export const FAULTS: readonly Fault[] = ['before', 'after', 'hang', 'twice', 'kill']

/** The longest deadline of a call, in milliseconds: so much later a call that hangs has failed. */
export const HANG_MS = 10_000

/** The fault of the n-th call of a run, by its name. */
export type FaultPlan = (index: number, name: string) => Fault

/** A list that is gone through again and again. */
export function cycle(faults: readonly Fault[]): FaultPlan {
  return (index) => faults[index % faults.length] ?? 'none'
}

/** Mostly nothing, and now and then each of them. */
export const faultLists: fc.Arbitrary<readonly Fault[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<Fault>('none') },
    { weight: 2, arbitrary: fc.constantFrom<Fault>(...FAULTS) },
  ),
  { minLength: 1, maxLength: 40 },
)
