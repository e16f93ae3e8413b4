import { refused } from './errors.ts'

/** A parameter as it came: text, a list, or a hash. Numbers and flags are still text. */
export type FormValue = string | FormValue[] | FormHash
export type FormHash = { [key: string]: FormValue }

/** Parameters in one request. Stripe names no number; this one stops a runaway client. */
export const MAX_FORM_PAIRS = 2000
const MAX_DEPTH = 10

/**
 * Parses `application/x-www-form-urlencoded` with nested brackets: `a[b]=1`, `a[0][b]=1`, `a[]=1`. A hash whose keys
 * are all numbers is a list, in the order of the numbers. The result has no prototype, so no key is special.
 * @throws StripeError 400 where brackets do not match, or one name is both a value and a hash.
 */
export function parseForm(encoded: string): FormHash {
  const root = emptyHash()
  let pairs = 0
  for (const [name, value] of new URLSearchParams(encoded)) {
    pairs += 1
    if (pairs > MAX_FORM_PAIRS) throw refused(`More than ${MAX_FORM_PAIRS} parameters`)
    insert(root, keysOf(name), value, name)
  }
  return asHash(collapse(root))
}

function emptyHash(): FormHash {
  return Object.create(null) as FormHash
}

function keysOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name)
  if (!match) throw refused(`Invalid parameter name: ${name.slice(0, 100)}`)
  const [, head = '', tail = ''] = match
  const rest = tail === '' ? [] : tail.slice(1, -1).split('][')
  if (rest.length >= MAX_DEPTH)
    throw refused(`Parameters nest deeper than ${MAX_DEPTH}: ${name.slice(0, 100)}`)
  return [head, ...rest]
}

function insert(root: FormHash, keys: string[], value: string, name: string): void {
  let hash = root
  for (const [index, key] of keys.entries()) {
    const slot = key === '' ? openSlot(hash, keys[index + 1]) : key
    if (index === keys.length - 1) {
      if (typeof hash[slot] === 'object') throw refused(`Invalid parameter: ${name} is a value and a hash`)
      hash[slot] = value
      return
    }
    const next = hash[slot] ?? emptyHash()
    if (typeof next === 'string') throw refused(`Invalid parameter: ${name} is a value and a hash`)
    hash[slot] = next
    hash = next as FormHash
  }
}

/** Where `a[]` goes: `a[][b]=1&a[][c]=2` is one entry, `a[][b]=1&a[][b]=2` are two. */
function openSlot(hash: FormHash, next: string | undefined): string {
  const last = Object.keys(hash).length - 1
  const open = hash[last]
  const isOpen = typeof open === 'object' && next !== undefined && next !== '' && !(next in open)
  return String(isOpen ? last : last + 1)
}

function collapse(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value
  const keys = Object.keys(value)
  for (const key of keys) value[key] = collapse(value[key] as FormValue)
  const isList = keys.length > 0 && keys.every((key) => /^\d{1,5}$/.test(key))
  return isList ? keys.sort((a, b) => Number(a) - Number(b)).map((key) => value[key] as FormValue) : value
}

function asHash(value: FormValue): FormHash {
  return typeof value === 'string' || Array.isArray(value) ? emptyHash() : value
}
