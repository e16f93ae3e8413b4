import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { DEFAULT_PORTS, SERVICES, type Service, type StartedSandboxes, startSandboxes } from './start.ts'
import { type FaultPlan, readFaultPlan } from './stripe/faults/language.ts'

const USAGE = `node src/sandbox/main.ts [${SERVICES.join('|')} ...] [options]

Starts local stand-ins for Stripe, Supabase and Upstash: all three, or those named. Ctrl-C stops them.

  --port-base N   ports N, N+1 and N+2 instead of ${Object.values(DEFAULT_PORTS).join(', ')}; 0 takes any that are free
  --app-url URL   where the app is, for webhooks and mails (default http://localhost:3000)
  --state FILE    keep Stripe's state in this file across restarts
  --faults FILE   what goes wrong at Stripe's: a JSON file of a seed and faults (src/sandbox/stripe/faults/language.ts)
  --json          print the settings as one line of JSON
  --help          print this
`

interface Arguments {
  services: readonly Service[]
  ports: Record<Service, number>
  appUrl: string
  stripeStateFile: string | null
  stripeFaults: FaultPlan | null
  json: boolean
}

class UsageError extends Error {
  override name = 'UsageError'
}

function readArguments(argv: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      'port-base': { type: 'string' },
      'app-url': { type: 'string', default: 'http://localhost:3000' },
      state: { type: 'string' },
      faults: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const unknown = positionals.find((name) => !SERVICES.some((service) => service === name))
  if (unknown !== undefined) throw new UsageError(`There is no stand-in "${unknown}"`)
  if (!URL.canParse(values['app-url'])) throw new UsageError(`--app-url ${values['app-url']} is no URL`)
  return {
    services:
      positionals.length === 0 ? SERVICES : SERVICES.filter((service) => positionals.includes(service)),
    ports: readPorts(values['port-base']),
    appUrl: new URL(values['app-url']).origin,
    stripeStateFile: values.state ?? null,
    stripeFaults: values.faults === undefined ? null : readFaults(values.faults),
    json: values.json,
  }
}

function readFaults(path: string): FaultPlan {
  try {
    return readFaultPlan(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new UsageError(`--faults ${path} is no plan of faults:\n${reason}`)
  }
}

function readPorts(text: string | undefined): Record<Service, number> {
  if (text === undefined) return DEFAULT_PORTS
  const base = Number(text)
  if (!Number.isInteger(base) || base < 0 || base > 65_000)
    throw new UsageError(`--port-base ${text} is no port`)
  if (base === 0) return { stripe: 0, supabase: 0, upstash: 0 }
  return { stripe: base, supabase: base + 1, upstash: base + 2 }
}

function announce({ environment, urls }: StartedSandboxes, json: boolean): void {
  if (json) console.log(JSON.stringify({ environment, urls }))
  else {
    for (const [service, url] of Object.entries(urls)) console.log(`${service.padEnd(9)} ${url}`)
    console.log('\nFor .env.local:\n')
    for (const [name, value] of Object.entries(environment)) console.log(`${name}=${value}`)
    console.log('\nCtrl-C stops them.')
  }
  process.send?.({ environment, urls })
}

/**
 * Ends on the first signal, or when a parent with an IPC channel is gone; a second signal does not wait. Set up
 * before anything starts, so that a signal meanwhile leaves nothing behind either.
 */
function stopOnSignal(starting: Promise<StartedSandboxes>): void {
  let stopping = false
  const stop = async (code: number) => {
    if (stopping) process.exit(code)
    stopping = true
    await starting.then((started) => started.close())
    process.exit(0)
  }
  process.on('SIGINT', () => void stop(130))
  process.on('SIGTERM', () => void stop(143))
  process.on('SIGHUP', () => void stop(129))
  if (process.send !== undefined) process.on('disconnect', () => void stop(0))
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2))
  if (args === 'help') {
    console.log(USAGE)
    return
  }
  const starting = startSandboxes(args)
  stopOnSignal(starting)
  announce(await starting, args.json)
}

main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : error)
  process.exit(1)
})
