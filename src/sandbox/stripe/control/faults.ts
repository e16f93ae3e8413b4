import { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxCore } from '../core.ts'
import { read } from './read.ts'

/**
 * The fault switches, under `/_sandbox/faults`; the language is that of `faults/language.ts`.
 *
 * - `GET`: the seed and the faults in place, each with its `id`, how often it `struck`, and how many strikes are `left`.
 * - `POST`: adds one fault.
 * - `PUT`: puts a plan (`seed`, `faults`) in place of whatever was set.
 * - `DELETE`: takes all away, or the one whose id is in the path. What a fault held back leaves.
 */
export function faultRoutes({ api: { faults } }: SandboxCore): Hono {
  const app = new Hono()
  const all = () => ({
    seed: faults.seed,
    faults: faults.armed.map(({ id, fault, left, struck }) => ({ id, ...fault, left, struck })),
  })
  app.get('/', (context) => context.json(all()))
  app.post('/', async (context) => {
    faults.add(await read(context.req.raw, z.unknown()))
    return context.json(all())
  })
  app.put('/', async (context) => {
    faults.setPlan(await read(context.req.raw, z.unknown()))
    return context.json(all())
  })
  app.delete('/', (context) => {
    faults.clear()
    return context.json(all())
  })
  app.delete('/:id', (context) => {
    faults.remove(context.req.param('id'))
    return context.json(all())
  })
  return app
}
