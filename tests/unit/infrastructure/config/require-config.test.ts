import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const START =
  "import('#src/infrastructure/config/require-config.ts').then((config) => config.requireConfig())"

test('F94: with a wrong configuration the process ends, names what is wrong, and prints no value', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', START], {
    env: { NODE_ENV: 'production', STRIPE_SECRET_KEY: 'canary' },
    encoding: 'utf8',
  })

  expect(status).toBe(1)
  expect(stderr).toContain('STRIPE_SECRET_KEY must start with sk_')
  expect(stderr).toContain('SUPABASE_SECRET_KEY is missing')
  expect(stderr).not.toContain('canary')
})
