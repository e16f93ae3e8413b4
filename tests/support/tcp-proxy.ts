import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A proxy in front of a server on this machine, for what a network does to a connection. */
export interface TcpProxy {
  readonly port: number
  /** Holds every byte back, in both directions, until `resume`. */
  pause(): void
  resume(): void
  /** Ends all connections at once, without a word. */
  cut(): void
  /**
   * The next request whose bytes contain `text` reaches the server and is carried out; its answer is swallowed, and
   * the connection ends in its place.
   */
  swallowAnswerTo(text: string): void
  /** New connections go to this port from now on. */
  retarget(port: number): void
  /** How many answers were swallowed. */
  swallowed(): number
  close(): Promise<void>
}

/** Starts a proxy on a free loopback port, to `firstTarget` on this machine. */
export async function startTcpProxy(firstTarget: number): Promise<TcpProxy> {
  let targetPort = firstTarget
  const pairs = new Set<{ client: Socket; server: Socket }>()
  const toSwallow: string[] = []
  let swallowed = 0
  let isPaused = false
  const listener = createServer((client) => {
    const server = connect(targetPort, '127.0.0.1')
    const pair = { client, server }
    pairs.add(pair)
    let isSwallowing = false
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      socket.on('error', end)
      socket.on('close', end)
      if (isPaused) socket.pause()
    }
    client.on('data', (chunk) => {
      const index = toSwallow.findIndex((text) => chunk.includes(text))
      if (index !== -1) {
        toSwallow.splice(index, 1)
        isSwallowing = true
      }
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (!isSwallowing) return void client.write(chunk)
      swallowed += 1
      end()
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no port could be had')
  const each = (act: (socket: Socket) => void) => {
    for (const { client, server } of pairs) for (const socket of [client, server]) act(socket)
  }
  const cut = () => each((socket) => socket.destroy())
  return {
    port: address.port,
    pause: () => {
      isPaused = true
      each((socket) => socket.pause())
    },
    resume: () => {
      isPaused = false
      each((socket) => socket.resume())
    },
    cut,
    swallowAnswerTo: (text) => void toSwallow.push(text),
    retarget: (port) => {
      targetPort = port
    },
    swallowed: () => swallowed,
    close: async () => {
      cut()
      listener.close()
      await once(listener, 'close')
    },
  }
}
