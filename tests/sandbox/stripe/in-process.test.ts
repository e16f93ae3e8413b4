import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'
import { openShop } from './shop.ts'

const SERVER = new URL('../../../src/sandbox/stripe/server.ts', import.meta.url).href

it('several in one process share nothing', async () => {
  const [one, other] = [await openShop(), await openShop()]
  const customer = await one.stripe.customers.create({ name: 'of the first' })
  one.sandbox.addFault({ kind: 'status', route: '/v1/products' })
  await one.sandbox.advance({ seconds: 86_400 })

  expect(one.sandbox.port).not.toBe(other.sandbox.port)
  expect(one.sandbox.secretKey).not.toBe(other.sandbox.secretKey)
  expect(other.sandbox.clock.offsetMs).toBe(0)
  await expect(other.stripe.customers.retrieve(customer.id)).rejects.toMatchObject({ statusCode: 404 })
  await expect(other.stripe.products.list()).resolves.toMatchObject({ object: 'list' })
  await one.sandbox.close()
  await other.sandbox.close()
})

it('close leaves nothing behind: a process that closed its sandbox ends by itself', async () => {
  const work = `
    const { createStripeSandbox } = await import(${JSON.stringify(SERVER)})
    const sandbox = await createStripeSandbox({ webhook: { url: 'http://127.0.0.1:9/' } })
    await fetch(sandbox.url + '/v1/customers', {
      method: 'POST',
      headers: { authorization: 'Bearer ' + sandbox.secretKey },
    })
    await sandbox.advance({ seconds: 60 })
    await sandbox.close()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', work])

  expect(await once(child, 'exit')).toEqual([0, null])
})

it('time that stands moves by advance alone', async () => {
  const sandbox = await createStripeSandbox({ frozenAt: 1_800_000_000 })
  expect(sandbox.clock.now).toBe(1_800_000_000)
  await sandbox.advance({ seconds: 60 })
  expect(sandbox.clock.nowMs).toBe(1_800_000_060_000)
  await sandbox.close()
})
