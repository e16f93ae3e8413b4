import { expect, test } from 'vitest'
import { isSameOrigin } from '#src/shared/http/same-origin.ts'
import { isRetryable } from '#src/shared/retryable.ts'

const APP = 'https://app.example.test'

test.each<[string, Record<string, string>, boolean]>([
  ['a page of ours', { origin: APP, 'sec-fetch-site': 'same-origin' }, true],
  ['a page of ours in a browser without Sec-Fetch-Site', { origin: APP }, true],
  ['another site', { origin: 'https://elsewhere.test', 'sec-fetch-site': 'cross-site' }, false],
  [
    'another site that brings a token',
    { origin: 'https://elsewhere.test', authorization: 'Bearer x' },
    false,
  ],
  ['F90: an opaque origin', { origin: 'null' }, false],
  ['F90: an opaque origin that brings a token', { origin: 'null', authorization: 'Bearer x' }, false],
  ['our origin, but the browser says otherwise', { origin: APP, 'sec-fetch-site': 'cross-site' }, false],
  ['a sibling domain', { origin: APP, 'sec-fetch-site': 'same-site' }, false],
  ['our name on another scheme', { origin: 'http://app.example.test' }, false],
  ['our name on another port', { origin: `${APP}:8443` }, false],
  ['a name that begins like ours', { origin: `${APP}.elsewhere.test` }, false],
  ['no origin and a cookie', { cookie: 'session=x' }, false],
  ['no origin and nothing else', {}, false],
  ['no origin and a token of its own', { authorization: 'Bearer x' }, true],
])('%s: %s', (_, headers, expected) => {
  expect(isSameOrigin(new Request(`${APP}/api`, { method: 'POST', headers }), APP)).toBe(expected)
})

test.each<[string, unknown, boolean]>([
  ['an error that says so', Object.assign(new Error(), { retryable: true }), true],
  ['an error that says otherwise', Object.assign(new Error(), { retryable: false }), false],
  ['an error that says something else', Object.assign(new Error(), { retryable: 'yes' }), false],
  ['an error that says nothing', new Error(), false],
  ['what is no error', { retryable: true }, false],
  ['nothing', undefined, false],
])('%s may be tried again: %s', (_, error, expected) => {
  expect(isRetryable(error)).toBe(expected)
})
