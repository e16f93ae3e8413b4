import type { z } from 'zod'
import { refused } from '../errors.ts'

/** The JSON body. An empty one is `{}`. Other content types are refused: no page of another origin can send JSON. */
export async function read<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const text = await request.text()
  if (text !== '' && !request.headers.get('content-type')?.startsWith('application/json')) {
    throw refused('The sandbox takes application/json here')
  }
  try {
    return schema.parse(text === '' ? {} : JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw refused('The body is not JSON')
    throw error
  }
}
