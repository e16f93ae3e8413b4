import { randomInt } from 'node:crypto'

/** One of these at random, or null of none. */
export function pick<Item>(items: readonly Item[]): Item | null {
  return items.length === 0 ? null : (items[randomInt(items.length)] ?? null)
}

/** `count` different ones at random, or all of them where there are fewer. */
export function sample<Item>(items: readonly Item[], count: number): Item[] {
  const left = [...items]
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(randomInt(left.length), 1),
  ).flat()
}

/** `count` ones at random, the same one possibly several times. */
export function draw<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length === 0) return []
  return Array.from({ length: count }, () => items[randomInt(items.length)] as Item)
}
