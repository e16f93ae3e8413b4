import { beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { quietLog, REPEAT_AFTER_MS } from '#src/infrastructure/observability/quiet-log.ts'
import type { Log } from '#src/shared/types/log.ts'

let ms: number
let lines: Record<string, unknown>[]
let log: Log

beforeEach(() => {
  ms = 5
  lines = []
  log = quietLog(createLog({ write: (line) => void lines.push(JSON.parse(line)) }), () => ms)
})

const said = () => lines.map(({ level: _, time: __, ...rest }) => rest)

describe('F66: a warning that comes again and again', () => {
  it('is said at once, and then once a minute with how many were kept back', () => {
    for (let n = 0; n < 1_000; n += 1) log.warn('redis read failed', { error_name: 'TimeoutError' })
    ms += REPEAT_AFTER_MS - 1
    log.warn('redis read failed', { error_name: 'TimeoutError' })
    ms += 1
    log.warn('redis read failed', { error_name: 'UpstashError' })

    expect(said()).toEqual([
      { msg: 'redis read failed', error_name: 'TimeoutError' },
      { msg: 'redis read failed', error_name: 'UpstashError', repeats: 1_000 },
    ])
  })

  it('that comes once a minute has kept nothing back', () => {
    log.warn('redis read failed')
    ms += REPEAT_AFTER_MS
    log.warn('redis read failed')

    expect(said()).toEqual([{ msg: 'redis read failed' }, { msg: 'redis read failed' }])
  })

  it('keeps no other warning back', () => {
    log.warn('redis read failed')
    log.warn('redis write failed')

    expect(said()).toEqual([{ msg: 'redis read failed' }, { msg: 'redis write failed' }])
  })
})

it('what is no warning is said as often as it comes', () => {
  log.info('entitlement cache')
  log.info('entitlement cache')
  log.error('webhook failed')
  log.error('webhook failed')

  expect(lines).toHaveLength(4)
})
