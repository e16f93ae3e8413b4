import { type ProblemType, problem } from './problem.ts'
import { readBody } from './read-body.ts'

/** How long a sender may take to send a JSON body. */
export const JSON_BODY_DEADLINE_MS = 10_000

/** The value of a JSON body, or the answer that refuses it: 415, 413 or 400. */
export async function readJson(
  request: Request,
  maxBytes: number,
): Promise<{ readonly value: unknown } | { readonly refusal: Response }> {
  const refuse = (type: ProblemType) => ({ refusal: problem(type) })
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') return refuse('unsupported_media_type')
  const body = await readBody(request, maxBytes, JSON_BODY_DEADLINE_MS)
  if (body.kind === 'too_large') return refuse('body_too_large')
  if (body.kind === 'too_slow') return refuse('malformed_body')
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body.bytes)) }
  } catch {
    return refuse('malformed_body')
  }
}
