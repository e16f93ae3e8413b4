import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { declaredShapes, type Schema } from './declared-shapes.ts'

type Json = Record<string, unknown>

/** What does not fit, and in which kind of object. */
export interface Misfit {
  kind: string
  message: string
}

/**
 * Holds API objects to the SDK's declarations: nothing that is required is missing, nothing has another type, no enum
 * has an unknown word, and there is no field that is not declared. Each object within an answer is held to its own kind.
 */
export class Shapes {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  readonly #names = new Map<string, string[]>()
  readonly #validators = new Map<string, ValidateFunction[]>()

  constructor() {
    const shapes = declaredShapes()
    // Each event's own declaration adds its type; what is common to all has none.
    Object.assign(shapes['resources/Events:EventBase']?.properties ?? {}, { type: { type: 'string' } })
    for (const [name, schema] of Object.entries(shapes)) {
      const kind = schema.properties?.object?.const
      if (typeof kind !== 'string') continue
      const key = keyOf(kind, isTrue(schema.properties?.deleted))
      this.#names.set(key, [...(this.#names.get(key) ?? []), name])
    }
    this.#ajv.addSchema({ $id: 'stripe', definitions: separated(shapes) })
  }

  /** Everything in the answer that does not fit, at whatever depth. */
  misfits(value: unknown): Misfit[] {
    if (Array.isArray(value)) return value.flatMap((each) => this.misfits(each))
    if (!isHash(value)) return []
    const inner = Object.entries(value).flatMap(([key, each]) =>
      key === 'metadata' ? [] : this.misfits(each),
    )
    return typeof value.object === 'string' ? [...this.#misfitsOf(value.object, value), ...inner] : inner
  }

  #misfitsOf(kind: string, object: Json): Misfit[] {
    if (kind === 'list' || kind === 'search_result') return listMisfits(kind, object)
    const validators = this.#validatorsOf(keyOf(kind, object.deleted === true))
    if (validators.length === 0) return [{ kind, message: 'is no object that the SDK declares' }]
    if (validators.some((validate) => validate(object))) return []
    return meant(validators[0]?.errors ?? []).map((error) => ({
      kind,
      message: `${error.instancePath || '/'} ${error.message} ${detailOf(error)}`,
    }))
  }

  #validatorsOf(key: string): ValidateFunction[] {
    const known = this.#validators.get(key)
    if (known !== undefined) return known
    const made = (this.#names.get(key) ?? []).map((name) =>
      this.#ajv.compile({ $ref: `stripe#/definitions/${encodeURIComponent(name)}` }),
    )
    this.#validators.set(key, made)
    return made
  }
}

function keyOf(kind: string, deleted: boolean): string {
  return deleted ? `${kind}, deleted` : kind
}

function isTrue(schema: Schema | undefined): boolean {
  return schema?.const === true
}

/**
 * The definitions, with each reference from one API object to another cut to its kind: what is inside is held to its
 * own declaration. A hash without declared fields may hold any.
 */
function separated(shapes: Record<string, Schema>): Record<string, Schema> {
  const cut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(cut)
    if (!isHash(value)) return value
    if (typeof value.$ref === 'string') return referenceTo(shapes, value.$ref.replace('#/definitions/', ''))
    if (value.additionalProperties === false && value.properties === undefined) return { type: 'object' }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cut(each)]))
  }
  return Object.fromEntries(Object.entries(shapes).map(([name, schema]) => [name, cut(schema) as Schema]))
}

function referenceTo(shapes: Record<string, Schema>, name: string): Schema {
  const kind = shapes[name]?.properties?.object
  return kind?.const === undefined
    ? { $ref: `#/definitions/${encodeURIComponent(name)}` }
    : { type: 'object', properties: { object: kind }, required: ['object'] }
}

const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  list: ['data', 'has_more', 'object', 'url'],
  search_result: ['data', 'has_more', 'next_page', 'object', 'total_count', 'url'],
}

function listMisfits(kind: string, list: Json): Misfit[] {
  const fits = Array.isArray(list.data) && typeof list.has_more === 'boolean' && typeof list.url === 'string'
  const odd = Object.keys(list).filter((key) => !LIST_KEYS[kind]?.includes(key))
  if (fits && odd.length === 0) return []
  return [{ kind, message: `${list.url} has not the shape of a page: ${Object.keys(list).join(', ')}` }]
}

/** Of what a union's alternatives say, what is about the alternative that was meant. */
function meant(errors: readonly ErrorObject[]): ErrorObject[] {
  const plain = errors.filter(({ keyword }) => keyword !== 'anyOf')
  return plain.filter(
    (error) =>
      error.keyword !== 'type' ||
      !plain.some((other) => other.keyword !== 'type' && other.instancePath.startsWith(error.instancePath)),
  )
}

function detailOf({ keyword, params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `(${params.additionalProperty})`
  if (keyword === 'enum') return `(${params.allowedValues.slice(0, 12).join(', ')})`
  return ''
}

function isHash(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
