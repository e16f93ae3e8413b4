import { expect, it } from 'vitest'
import { Shapes } from '#tests/support/stripe-shapes/shapes.ts'

const shapes = new Shapes()
const messages = (value: object) => shapes.misfits(value).map(({ kind, message }) => `${kind}: ${message}`)
const deleted = { id: 'cus_1', object: 'customer', deleted: true }
const feature = {
  id: 'feat_1',
  object: 'entitlements.feature',
  active: true,
  livemode: false,
  lookup_key: 'sso',
  metadata: {},
  name: 'SSO',
}

it('an object of its declared shape fits', () => {
  expect(messages(feature)).toEqual([])
  expect(messages(deleted)).toEqual([])
})

it('a field that is missing, has another type or is not declared does not fit', () => {
  const { name: _, ...nameless } = feature

  expect(messages(nameless)).toEqual(["entitlements.feature: / must have required property 'name' "])
  expect(messages({ ...feature, active: 'yes' })).toEqual(['entitlements.feature: /active must be boolean '])
  expect(messages({ ...feature, colour: 'red' })).toEqual([
    'entitlements.feature: / must NOT have additional properties (colour)',
  ])
})

it('a word that its enum does not have does not fit', () => {
  const clock = {
    id: 'clock_1',
    object: 'test_helpers.test_clock',
    created: 1,
    deletes_after: 2,
    frozen_time: 1,
    livemode: false,
    name: null,
    status: 'asleep',
    status_details: {},
  }

  expect(messages(clock)).toEqual([
    'test_helpers.test_clock: /status must be equal to one of the allowed values (advancing, internal_failure, ready)',
  ])
})

it('a reference may be an id or the object, and the object is held to its own shape', () => {
  const entitlement = {
    id: 'ent_1',
    object: 'entitlements.active_entitlement',
    livemode: false,
    lookup_key: 'sso',
  }

  expect(messages({ ...entitlement, feature: 'feat_1' })).toEqual([])
  expect(messages({ ...entitlement, feature })).toEqual([])
  expect(messages({ ...entitlement, feature: { ...feature, active: 1 } })).toEqual([
    'entitlements.feature: /active must be boolean ',
  ])
})

it('a page holds its objects to their shapes', () => {
  const page = {
    object: 'list',
    data: [{ ...feature, active: 1 }],
    has_more: false,
    url: '/v1/entitlements/features',
  }

  expect(messages(page)).toEqual(['entitlements.feature: /active must be boolean '])
  expect(messages({ ...page, data: [], url: undefined })).toHaveLength(1)
})
