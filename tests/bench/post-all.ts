import { Agent, request as httpRequest } from 'node:http'

/** One request over a pool of kept connections; resolves with the answer's text. */
export function ask(
  agent: Agent,
  method: string,
  url: string,
  body: string,
  headers: object = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method,
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    request.once('error', reject)
    request.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${method} ${url} answered ${response.statusCode}: ${text.slice(0, 300)}`))
      })
    })
    request.end(body)
  })
}

/** Does something `times` times, `atOnce` at a time. */
export async function inParallel(times: number, atOnce: number, act: () => Promise<unknown>): Promise<void> {
  let left = times
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await act()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Posts one body again and again: the least that a delivery can cost. */
export async function postAll(url: string, body: string, times: number, atOnce: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  await inParallel(times, atOnce, () => ask(agent, 'POST', url, body))
  agent.destroy()
}
