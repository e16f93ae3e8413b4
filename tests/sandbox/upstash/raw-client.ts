/** One item of the REST API's answers. */
export interface Item {
  result?: unknown
  error?: string
}

type Target = { url: string; token: string }

/** Sends commands in one pipeline, with nothing of an SDK in between. */
export async function pipeline(target: Target, commands: readonly (readonly unknown[])[]): Promise<Item[]> {
  const response = await post(target, '/pipeline', commands)
  return (await response.json()) as Item[]
}

/** Posts a JSON body with the token. */
export function post(
  target: Target,
  path: string,
  body: unknown,
  headers?: Record<string, string>,
): Promise<Response> {
  return fetch(target.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${target.token}`, ...headers },
    body: JSON.stringify(body),
  })
}
