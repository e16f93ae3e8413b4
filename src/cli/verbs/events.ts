import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  type LedgerEntry,
  type LedgerOutcome,
  ledgerOutcomes,
} from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import { CommandError, ExitCode } from '../exit-code.ts'
import { type GivenInstant, inSeconds, parseInstant, printInstant } from '../instant.ts'
import type { RunCommand } from '../session.ts'
import { table } from '../terminal.ts'

/** The most rows that one call prints. */
const LIMIT_MAX = 500

interface Options {
  readonly outcome?: LedgerOutcome
  readonly reason?: string
  readonly type?: string
  readonly user?: string
  readonly since?: GivenInstant
  readonly until?: GivenInstant
  readonly limit: number
}

/** `events [event]`: what the ledger holds, newest first, or one event with what it did. */
export function addEvents(program: Command, run: RunCommand): void {
  program
    .command('events')
    .argument('[event]', 'show this one, evt_…')
    .description("list Stripe's events as the ledger has them, or show one")
    .addOption(new Option('--outcome <word>', 'only this outcome').choices(ledgerOutcomes))
    .option('--reason <word>', 'only this reason, such as unknown_price')
    .option('--type <type>', 'only this type, such as invoice.paid')
    .option('--user <id>', 'only those of this user')
    .option('--since <instant>', 'made at Stripe at or after this', parseInstant)
    .option('--until <instant>', 'made at Stripe before this', parseInstant)
    .option('--limit <rows>', `at most ${LIMIT_MAX}`, parseLimit, 20)
    .addHelpText(
      'after',
      `
Examples:
  npm run tollgate -- events --outcome unresolved --since 7d
  npm run tollgate -- events --user 3f0c8a52-7d5e-4c7e-9a57-0f3a1be0a001
  npm run tollgate -- events evt_1Q0000000000000000000000 --json`,
    )
    .action((eventId: string | undefined, options: Options) =>
      run(async ({ billing, terminal }) => {
        const { ledger } = billing.operations
        if (eventId !== undefined) {
          const shown = await billing.operations.showEvent(eventId)
          if (shown === null) throw new CommandError(ExitCode.found, `The ledger has no ${eventId}.`)
          terminal.print(shown, describe(shown))
          return ExitCode.ok
        }
        const now = billing.clock.now()
        const { user, since, until, limit, ...named } = options
        const entries = await ledger.listEvents(
          {
            ...named,
            ...(user !== undefined && { userId: user }),
            ...(since !== undefined && { since: inSeconds(since, now) }),
            ...(until !== undefined && { until: inSeconds(until, now) }),
          },
          limit,
        )
        terminal.print(entries, entries.length === 0 ? 'No such events.' : list(entries))
        return ExitCode.ok
      }),
    )
}

function list(entries: readonly LedgerEntry[]): string {
  return table(
    ['created', 'event', 'type', 'outcome', 'reason', 'user'],
    entries.map((entry) => [
      printInstant(entry.created * 1000),
      entry.eventId,
      entry.type,
      entry.outcome,
      entry.reason ?? '',
      entry.userId ?? '',
    ]),
  )
}

function describe(shown: object): string {
  return JSON.stringify(shown, null, 2)
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new InvalidArgumentError(`give a number from 1 to ${LIMIT_MAX}.`)
  }
  return limit
}
