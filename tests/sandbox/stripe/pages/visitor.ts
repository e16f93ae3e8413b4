import type { StripeSandbox } from '#src/sandbox/stripe/server.ts'

/** What a page answered: its status, where it leads, and its text without markup. */
export interface Seen {
  readonly status: number
  readonly location: string | null
  readonly html: string
  readonly text: string
}

/** Somebody with a browser that runs no scripts and follows no redirects by itself. */
export interface Visitor {
  open(path: string): Promise<Seen>
  /** Sends a form. `headers` stand for what another site's page would send along. */
  send(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Seen>
  /** Sends a form and opens the page that it leads to. */
  sendAndFollow(path: string, fields?: Record<string, string>): Promise<Seen>
}

/** Somebody at the pages of a sandbox. */
export function visitorOf(sandbox: StripeSandbox): Visitor {
  const at = (path: string) => new URL(path, sandbox.url)
  const visitor: Visitor = {
    open: async (path) => seen(await fetch(at(path), { redirect: 'manual' })),
    send: async (path, fields = {}, headers = {}) =>
      seen(
        await fetch(at(path), {
          method: 'POST',
          redirect: 'manual',
          headers: { origin: sandbox.url, ...headers },
          body: new URLSearchParams(fields),
        }),
      ),
    async sendAndFollow(path, fields) {
      const answer = await visitor.send(path, fields)
      return answer.location === null ? answer : visitor.open(answer.location)
    },
  }
  return visitor
}

async function seen(response: Response): Promise<Seen> {
  const html = await response.text()
  const text = html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')
  return { status: response.status, location: response.headers.get('location'), html, text }
}
