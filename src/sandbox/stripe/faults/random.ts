/** A generator's whole state: 32 bits. JSON keeps it. */
export interface RandomState {
  random: number
}

/** A generator of its own for the `index`th user of a seed, so that one more user changes nobody's draws. */
export function randomFrom(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e37_79b1) + Math.imul(index + 1, 0x85eb_ca77)) | 0
}

/** The next number in [0, 1): Mulberry32, a generator of period 2^32, by T. Ettinger. */
export function draw(state: RandomState): number {
  state.random = (state.random + 0x6d2b_79f5) | 0
  let mixed = Math.imul(state.random ^ (state.random >>> 15), 1 | state.random)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** A whole number from `min` to `max`, both included. */
export function drawBetween(state: RandomState, min: number, max: number): number {
  return min + Math.floor(draw(state) * (max - min + 1))
}

/** The same items in an order of chance (Fisher and Yates). */
export function shuffled<Item>(state: RandomState, items: readonly Item[]): Item[] {
  const rest = [...items]
  const result: Item[] = []
  while (rest.length > 0) result.push(...rest.splice(drawBetween(state, 0, rest.length - 1), 1))
  return result
}
