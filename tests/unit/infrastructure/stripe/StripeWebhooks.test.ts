import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  SIGNATURE_HEADER_MAX_BYTES,
  StripeWebhooks,
} from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import {
  bytes,
  eventBody,
  SECRET_A,
  SECRET_B,
  signature,
  signatureHeader,
} from '#tests/support/stripe-event.ts'

/** Half a second into a second, so that rounding shows. */
const NOW_SECONDS = 1_800_000_000
const NOW_MS = NOW_SECONDS * 1000 + 500

const BODY = eventBody()

function webhooks(secrets: readonly string[] = [SECRET_A], nowMs = NOW_MS) {
  return new StripeWebhooks({ secrets, realClock: { now: () => nowMs } })
}

function isSignedAt(stamp: number | string, nowMs = NOW_MS): boolean {
  return webhooks([SECRET_A], nowMs).isSigned(BODY, signatureHeader(SECRET_A, stamp, BODY))
}

describe('F36, F79: a signature is good for 300 seconds to either side of the real time', () => {
  test.each([
    [-301, false],
    [-300, true],
    [0, true],
    [300, true],
    [301, false],
  ])('a stamp of %i seconds: %s', (age, expected) => {
    expect(isSignedAt(NOW_SECONDS + age, NOW_SECONDS * 1000)).toBe(expected)
  })

  test.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('half a second later a stamp of %i seconds still is: %s', (age, expected) => {
    expect(isSignedAt(NOW_SECONDS + age)).toBe(expected)
  })

  test.each([
    'NaN',
    '1e12',
    '999999999999',
    '9999999999999',
    '-1',
    '',
    ' ',
    '0x6b49d200',
    '1800000000.5',
    'Infinity',
  ])('a stamp that is %j is none', (stamp) => {
    expect(isSignedAt(stamp)).toBe(false)
  })

  test('a signature of ten minutes ago is refused however often it is sent', () => {
    const header = signatureHeader(SECRET_A, NOW_SECONDS - 600, BODY)
    expect([webhooks().isSigned(BODY, header), webhooks().isSigned(BODY, header)]).toEqual([false, false])
  })
})

describe('two stamps: which of them was signed nobody can say', () => {
  const fresh = `t=${NOW_SECONDS}`
  const old = `t=${NOW_SECONDS - 9_999}`
  const signedOld = `v1=${signature(SECRET_A, NOW_SECONDS - 9_999, BODY)}`
  const signedFresh = `v1=${signature(SECRET_A, NOW_SECONDS, BODY)}`

  test.each([
    ['the old one signed, a fresh one before it', [fresh, old, signedOld]],
    ['the old one signed, a fresh one after it', [old, fresh, signedOld]],
    ['the old one signed, a fresh one at the end', [old, signedOld, fresh]],
    ['the fresh one signed twice', [fresh, fresh, signedFresh]],
  ])('%s', (_, parts) => {
    expect(webhooks().isSigned(BODY, parts.join(','))).toBe(false)
    expect(webhooks().isSigned(BODY, parts.join(', '))).toBe(false)
  })
})

describe('the parts of the header', () => {
  const good = signature(SECRET_A, NOW_SECONDS, BODY)
  const wrong = signature(SECRET_B, NOW_SECONDS, BODY)

  test.each([
    ['one of several v1 is ours', `t=${NOW_SECONDS},v1=${wrong},v1=${good}`, true],
    ['ours comes first', `t=${NOW_SECONDS},v1=${good},v1=${wrong}`, true],
    ['none of several v1 is ours', `t=${NOW_SECONDS},v1=${wrong},v1=${wrong}`, false],
    ['an older scheme stands beside it', `t=${NOW_SECONDS},v1=${good},v0=${wrong}`, true],
    ['an older scheme alone', `t=${NOW_SECONDS},v0=${good}`, false],
    ['no signature', `t=${NOW_SECONDS}`, false],
    ['no stamp', `v1=${good}`, false],
    ['an empty signature', `t=${NOW_SECONDS},v1=`, false],
    ['half a signature', `t=${NOW_SECONDS},v1=${good.slice(0, 32)}`, false],
    ['a signature of another alphabet', `t=${NOW_SECONDS},v1=${'ü'.repeat(64)}`, false],
    ['not a header at all', 'Bearer nothing', false],
    ['an empty header', '', false],
  ])('%s', (_, header, expected) => {
    expect(webhooks().isSigned(BODY, header)).toBe(expected)
  })

  test('no header is no signature', () => {
    expect(webhooks().isSigned(BODY, null)).toBe(false)
  })

  test('a header is looked at up to its bound', () => {
    const head = `t=${NOW_SECONDS},v1=${good},v0=`
    const longest = head + '0'.repeat(SIGNATURE_HEADER_MAX_BYTES - head.length)
    expect(webhooks().isSigned(BODY, longest)).toBe(true)
    expect(webhooks().isSigned(BODY, `${longest}0`)).toBe(false)
  })

  test('any header is answered with yes or no, never with an exception', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (a, b) => {
        expect(webhooks().isSigned(BODY, `t=${NOW_SECONDS},v1=${a}`)).toBe(false)
        expect(webhooks().isSigned(BODY, b)).toBe(false)
      }),
    )
  })
})

describe('F51, F95: several secrets', () => {
  const byA = signatureHeader(SECRET_A, NOW_SECONDS, BODY)
  const byB = signatureHeader(SECRET_B, NOW_SECONDS, BODY)

  test.each([
    ['the old one alone takes the old', [SECRET_A], byA, true],
    ['the old one alone refuses the new', [SECRET_A], byB, false],
    ['both take the old', [SECRET_B, SECRET_A], byA, true],
    ['both take the new', [SECRET_B, SECRET_A], byB, true],
    ['the new one alone takes the new', [SECRET_B], byB, true],
    ['the new one alone refuses the old', [SECRET_B], byA, false],
  ])('%s', (_, secrets, header, expected) => {
    expect(webhooks(secrets).isSigned(BODY, header)).toBe(expected)
  })

  test('Stripe signs with both while a secret is rolled, in one header', () => {
    const header = `${byA},v1=${signature(SECRET_B, NOW_SECONDS, BODY)}`
    expect([
      webhooks([SECRET_A]).isSigned(BODY, header),
      webhooks([SECRET_B]).isSigned(BODY, header),
    ]).toEqual([true, true])
  })

  test('an empty secret signs nothing', () => {
    expect(webhooks(['']).isSigned(BODY, signatureHeader('', NOW_SECONDS, BODY))).toBe(false)
  })
})

describe('F48: the signature is over the bytes as they came', () => {
  const text = '{"name":"Ærøskøbing 🚢 \u2028 東京","replacement":"\ufffd"}'
  const multiByte = bytes(text)
  const header = signatureHeader(SECRET_A, NOW_SECONDS, multiByte)

  test('multi-byte characters are signed like any other', () => {
    expect(webhooks().isSigned(multiByte, header)).toBe(true)
  })

  test('one byte changed, anywhere, to anything, is refused', () => {
    fc.assert(
      fc.property(fc.nat(multiByte.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(multiByte, (byte, index) => (index === at ? byte ^ change : byte))
        expect(webhooks().isSigned(changed, header)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['a byte more', bytes(`${text} `)],
    ['a byte less', multiByte.subarray(0, -1)],
    ['a byte order mark before it', Uint8Array.of(0xef, 0xbb, 0xbf, ...multiByte)],
    ['the same text written with other escapes', bytes(text.replace('Æ', '\\u00c6'))],
    ['nothing at all', new Uint8Array()],
  ])('%s', (_, body) => {
    expect(webhooks().isSigned(body, header)).toBe(false)
  })

  test('bytes that are no text are refused even where their decoded text is what was signed', () => {
    const broken = Uint8Array.of(0x7b, 0xff, 0x7d)
    const decoded = bytes(new TextDecoder().decode(broken))
    expect(webhooks().isSigned(broken, signatureHeader(SECRET_A, NOW_SECONDS, decoded))).toBe(false)
  })

  test('an empty body that is signed is signed', () => {
    const empty = new Uint8Array()
    expect(webhooks().isSigned(empty, signatureHeader(SECRET_A, NOW_SECONDS, empty))).toBe(true)
  })
})
