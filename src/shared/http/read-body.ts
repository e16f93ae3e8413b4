/** The bytes of a body, or why they were not taken. */
export type BodyRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'too_slow' }

/**
 * Reads a request's body as it came, byte for byte, at most `maxBytes` of it and for at most `deadlineMs`. What is
 * too large is not read to its end.
 */
export async function readBody(request: Request, maxBytes: number, deadlineMs: number): Promise<BodyRead> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { kind: 'too_large' }
  if (request.body === null) return { kind: 'read', bytes: new Uint8Array() }
  const reader = request.body.getReader()
  const { promise: deadline, resolve: expire } = Promise.withResolvers<'too_slow'>()
  const timer = setTimeout(() => expire('too_slow'), deadlineMs)
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for (;;) {
      const next = await Promise.race([reader.read(), deadline])
      if (next === 'too_slow') return { kind: 'too_slow' }
      if (next.done) return { kind: 'read', bytes: Uint8Array.from(Buffer.concat(chunks)) }
      size += next.value.byteLength
      if (size > maxBytes) return { kind: 'too_large' }
      chunks.push(next.value)
    }
  } finally {
    clearTimeout(timer)
    // Not awaited: a peer that stopped sending would hold the answer back. Nothing is read from it any more.
    reader.cancel().catch(() => undefined)
  }
}
