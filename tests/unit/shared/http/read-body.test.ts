import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { readBody } from '#src/shared/http/read-body.ts'
import { readJson } from '#src/shared/http/read-json.ts'

const URL_ = 'https://app.example.test/api'
const MAX = 10

const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request(URL_, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

/** A body in pieces, whose length nobody has told. */
function chunked(
  pieces: readonly Uint8Array[],
  pulled: { count: number } = { count: 0 },
): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull(controller) {
        const piece = pieces[pulled.count]
        pulled.count += 1
        if (piece === undefined) controller.close()
        else controller.enqueue(piece)
      },
    },
    { highWaterMark: 0 },
  )
}

describe('a body', () => {
  test('is read byte for byte, in however many pieces it comes', async () => {
    const pieces = [Uint8Array.of(0xff, 0x00), new Uint8Array(), Uint8Array.of(0xe2, 0x82)]
    expect(await readBody(post(chunked(pieces)), MAX, 1_000)).toEqual({
      kind: 'read',
      bytes: Uint8Array.of(0xff, 0x00, 0xe2, 0x82),
    })
  })

  test('that is not there has no bytes', async () => {
    expect(await readBody(post(null), MAX, 1_000)).toEqual({ kind: 'read', bytes: new Uint8Array() })
  })

  test.each([
    [MAX, 'read'],
    [MAX + 1, 'too_large'],
  ])('of %i bytes of at most 10: %s, with its length told or not', async (size, kind) => {
    const bytes = new Uint8Array(size)
    const told = await readBody(post(bytes, { 'content-length': String(size) }), MAX, 1_000)
    const untold = await readBody(post(chunked([bytes])), MAX, 1_000)
    expect([told.kind, untold.kind]).toEqual([kind, kind])
  })

  test('that lies about its length is measured all the same', async () => {
    const read = await readBody(
      post(chunked([new Uint8Array(MAX + 1)]), { 'content-length': '1' }),
      MAX,
      1_000,
    )
    expect(read.kind).toBe('too_large')
  })

  test('that is too large is not read to its end', async () => {
    const pulled = { count: 0 }
    const endless = Array.from({ length: 1_000 }, () => new Uint8Array(MAX))
    expect((await readBody(post(chunked(endless, pulled)), MAX, 1_000)).kind).toBe('too_large')
    await sleep(10)
    expect(pulled.count).toBeLessThan(5)
  })

  test('that stops coming is given up on', async () => {
    const stalled = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(1)),
      pull: () => new Promise<void>(() => undefined),
    })
    expect(await readBody(post(stalled), MAX, 30)).toEqual({ kind: 'too_slow' })
  })

  test('whose sender hangs up is an error', async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error('hung up')) })
    await expect(readBody(post(broken), MAX, 1_000)).rejects.toThrow('hung up')
  })
})

describe('a JSON body', () => {
  const JSON_TYPE = { 'content-type': 'application/json' }
  const refusalOf = async (request: Request, max = 100) => {
    const read = await readJson(request, max)
    return 'refusal' in read ? ((await read.refusal.json()) as { type: string }).type : null
  }

  test.each(['application/json', 'application/json; charset=utf-8', ' Application/JSON ;x=y'])(
    'as %j',
    async (type) => {
      expect(await readJson(post('{"a":[1]}', { 'content-type': type }), 100)).toEqual({ value: { a: [1] } })
    },
  )

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json-patch+json',
    'multipart/form-data',
  ])('sent as %s is refused: a form of another site could send that', async (type) => {
    expect(await refusalOf(post('{}', { 'content-type': type }))).toBe(
      'urn:tollgate:problem:unsupported_media_type',
    )
  })

  test('sent without saying what it is is refused', async () => {
    const request = new Request(URL_, { method: 'POST', body: new Uint8Array([0x7b, 0x7d]) })
    expect(await refusalOf(request)).toBe('urn:tollgate:problem:unsupported_media_type')
  })

  test.each<[string, BodyInit]>([
    ['half of it', '{"plan":'],
    ['nothing', ''],
    ['two of them', '{}{}'],
    ['bytes that are no text', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a comment', '{} // x'],
  ])('that is %s is malformed', async (_, body) => {
    expect(await refusalOf(post(body, JSON_TYPE))).toBe('urn:tollgate:problem:malformed_body')
  })

  test('that is too large is refused as that', async () => {
    expect(await refusalOf(post(`"${'x'.repeat(100)}"`, JSON_TYPE))).toBe(
      'urn:tollgate:problem:body_too_large',
    )
  })
})
