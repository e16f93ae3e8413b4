import { createServer } from 'node:net'

/** How many ports are tried after the wanted one. */
const STEPS_MAX = 200

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** The first free port of this machine from `wanted` on: one that is taken is stepped over. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port <= wanted + STEPS_MAX; port += 1) {
    if (await isFree(port)) return port
  }
  throw new Error(`No port from ${wanted} to ${wanted + STEPS_MAX} is free`)
}
