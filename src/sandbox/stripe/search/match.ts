import { refused } from '../errors.ts'
import { type Field, fieldOf, type Searchable } from './fields.ts'
import { type Clause, MIN_SUBSTRING_CHARACTERS, type Query } from './query.ts'

/**
 * The test that a query makes of an object.
 * @throws StripeError 400 for a field that the resource cannot be searched by, or an operator that the field has not.
 */
export function matcherOf(resource: Searchable, query: Query): (object: object) => boolean {
  const tests = query.clauses.map((clause) => testOf(resource, clause))
  return (object) => (query.all ? tests.every((test) => test(object)) : tests.some((test) => test(object)))
}

function testOf(resource: Searchable, clause: Clause): (object: object) => boolean {
  const field = fieldOf(resource, clause.field)
  if (field === null || (clause.field === 'metadata') !== (clause.key !== null)) {
    throw refused(
      `Field \`${clause.field}\` is an unsupported search field for resource \`${resource}\`.`,
      'query',
    )
  }
  checkOperator(clause, field)
  const path = (field.path ?? clause.field).split('.')
  if (clause.key !== null) path.push(clause.key)
  return (object) => holds(clause, valueAt(object, path)) !== clause.negated
}

function checkOperator({ field, operator, value }: Clause, { type }: Field): void {
  if (operator === '~') {
    if (type !== 'string') throw refused(`Field \`${field}\` cannot be searched by a part of it.`, 'query')
    if (typeof value !== 'string' || value.length < MIN_SUBSTRING_CHARACTERS) {
      throw refused(`A part of a text has at least ${MIN_SUBSTRING_CHARACTERS} characters.`, 'query')
    }
  } else if (operator !== ':' && (type !== 'numeric' || typeof value !== 'number')) {
    throw refused(`\`${operator}\` compares numbers: field \`${field}\` has none.`, 'query')
  }
}

function holds({ operator, value }: Clause, found: unknown): boolean {
  if (value === null) return found === null
  if (found === null) return false
  const [text, wanted] = [String(found).toLowerCase(), String(value).toLowerCase()]
  switch (operator) {
    case ':':
      return text === wanted
    case '~':
      return text.includes(wanted)
    case '<':
      return Number(found) < Number(value)
    case '<=':
      return Number(found) <= Number(value)
    case '>':
      return Number(found) > Number(value)
    case '>=':
      return Number(found) >= Number(value)
  }
}

function valueAt(object: object, path: readonly string[]): unknown {
  let value: unknown = object
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
    value = Reflect.get(value, key)
  }
  return value ?? null
}
