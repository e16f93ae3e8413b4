import type { StripeSandbox } from '#src/sandbox/stripe/server.ts'
import { API_VERSION } from '#src/sandbox/stripe/wire.ts'
import { noteMisfit } from './misfits.ts'
import { Shapes } from './shapes.ts'

let shapes: Shapes | undefined

/** Holds every answer and every event of this sandbox, from now on, to the shapes that the SDK declares. */
export function recordShapes(sandbox: StripeSandbox): void {
  shapes ??= new Shapes()
  const hold = (value: unknown, where: string) => {
    for (const { kind, message } of shapes?.misfits(value) ?? []) noteMisfit(`${kind}: ${message} [${where}]`)
  }
  sandbox.observe(
    ({ method, path, status, version, body }) => {
      // Older versions have shapes of their own, which the SDK's declarations do not know.
      if (status === 200 && version === API_VERSION) hold(JSON.parse(body), `${method} ${withoutIds(path)}`)
    },
    (event) => hold(JSON.parse(JSON.stringify(event)), event.type),
  )
}

function withoutIds(path: string): string {
  return path.replaceAll(/\/[a-z]+_[A-Za-z0-9_]{8,}/g, '/:id')
}
