import type { Command } from 'commander'
import type { OutboxState } from '#src/features/billing/domain/interfaces/IOutbox.ts'
import { confirm } from '../confirm.ts'
import { ExitCode } from '../exit-code.ts'
import { printInstant } from '../instant.ts'
import type { RunCommand } from '../session.ts'
import { table } from '../terminal.ts'

/** Messages that were given up and are shown. */
const DEAD_SHOWN_MAX = 20

interface Options {
  readonly drain?: true
  readonly retry?: true
  readonly yes?: true
}

/** `outbox`: what others are still to be told, and what was given up; delivers it with `--drain`. */
export function addOutbox(program: Command, run: RunCommand): void {
  program
    .command('outbox')
    .description('show what others are still to be told of changes, and what was given up')
    .option('--drain', 'deliver what is due')
    .option('--retry', 'try anew what was given up; with --drain at once')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
A cron does this: it calls /api/billing/outbox with CRON_SECRET.
Exit code 1: something was refused or given up.

Examples:
  npm run tollgate -- outbox
  npm run tollgate -- outbox --retry --drain`,
    )
    .action(({ drain, retry, yes }: Options) =>
      run(async (session) => {
        const { billing, terminal } = session
        const { outbox, drainOutbox } = billing.operations
        if (drain === true || retry === true) {
          await confirm(session, 'Delivering what waits', { yes: yes === true })
        }
        const revived = retry === true ? await outbox.revive(billing.clock.now()) : 0
        const drained =
          drain === true ? await drainOutbox.execute({ budgetMs: Number.POSITIVE_INFINITY }) : null
        const state = await outbox.state(DEAD_SHOWN_MAX)
        const told = drained === null ? '' : `${drained.delivered} delivered, ${drained.refused} refused. `
        terminal.print({ revived, drained, ...state }, `${told}${describe(state)}`)
        const isWrong = state.dead > 0 || (drained !== null && drained.refused > 0)
        return isWrong ? ExitCode.found : ExitCode.ok
      }),
    )
}

function describe({ waiting, oldestAt, dead, firstDead }: OutboxState): string {
  const since = oldestAt === null ? '' : `, the oldest since ${printInstant(oldestAt)}`
  const summary = `${waiting} wait${since}; ${dead} were given up.`
  if (firstDead.length === 0) return summary
  const rows = firstDead.map(({ createdAt, topic, userId, attempts, error }) => [
    printInstant(createdAt),
    topic,
    userId,
    String(attempts),
    error ?? '',
  ])
  return [table(['written', 'topic', 'user', 'tries', 'last answer'], rows), summary].join('\n')
}
