import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'

/** What a stand-in's fetch handler is given beside the request: Node's own request and answer. */
export type SandboxBindings = HttpBindings

/** A stand-in's listening socket. `close` ends open connections too and resolves when the port is free. */
export interface LoopbackServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export interface ListenOptions {
  /** First port to try; 0 lets the system choose. Default 0. */
  port?: number | undefined
  /** `127.0.0.1`, `::1` or `localhost`. Default `127.0.0.1`. */
  host?: string | undefined
  /** Takes connections that ask for another protocol; without it they are refused. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** The service's own error body, for what is no HTTP or has too long a head to reach `fetch`. */
  unreadable?: (status: 400 | 431) => object
}

type FetchHandler = (request: Request, env: SandboxBindings) => Response | Promise<Response>

/** How many neighbouring ports are tried where the wanted one is taken. */
export const PORT_STEPS = 50
/** Longer than the idle time of Node's fetch (4 s), so that the client always is the one to close. */
const KEEP_ALIVE_MS = 65_000

/** True for a host name or address that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Throws where a stand-in must not run: under `NODE_ENV=production`, or on an address that others can reach.
 * Called by every stand-in before it opens anything.
 */
export function assertSandboxAllowed(name: string, host = '127.0.0.1'): void {
  if (process.env.NODE_ENV === 'production') {
    throw new Error(`The ${name} sandbox does not start with NODE_ENV=production`)
  }
  if (!isLoopbackHost(host)) {
    throw new Error(`The ${name} sandbox listens on loopback only, not on "${host}"`)
  }
}

/**
 * Serves `fetch` on a loopback port. A port that is taken is stepped over, up to `PORT_STEPS` neighbours.
 * @throws the listen error where no port could be had.
 */
export async function listenOnLoopback(
  fetch: FetchHandler,
  options: ListenOptions = {},
): Promise<LoopbackServer> {
  const host = options.host ?? '127.0.0.1'
  const wanted = options.port ?? 0
  const server = createAdaptorServer({ fetch: fetch as never }) as Server
  server.keepAliveTimeout = KEEP_ALIVE_MS
  if (options.upgrade) server.on('upgrade', options.upgrade)
  const { unreadable } = options
  if (unreadable) server.on('clientError', (error, socket) => refuseUnreadable(error, socket, unreadable))
  const port = await listenStepping(server, host, wanted)
  const shown = host === '::1' || host === '[::1]' ? '[::1]' : host
  return {
    url: `http://${shown}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** As Node answers what it cannot read (nodejs.org/api/http.html#event-clienterror), with a body. */
function refuseUnreadable(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  bodyOf: (status: 400 | 431) => object,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
  const body = JSON.stringify(bodyOf(status))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

async function listenStepping(server: Server, host: string, wanted: number): Promise<number> {
  const bind = host === '[::1]' ? '::1' : host
  for (let step = 0; ; step += 1) {
    try {
      return await listenOnce(server, bind, wanted === 0 ? 0 : wanted + step)
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken || wanted === 0 || step === PORT_STEPS) throw error
    }
  }
}

function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('The server has no TCP address'))
      else resolve(address.port)
    })
  })
}
