import type { Shop } from '../shop.ts'

/** Posts to the sandbox's own controls and answers what they answer. */
export async function control(shop: Shop, path: string, body: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${shop.sandbox.url}/_sandbox${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, unknown>
}
