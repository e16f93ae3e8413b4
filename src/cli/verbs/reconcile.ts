import type { Command } from 'commander'
import type { ReconcileRun } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'
import { confirm } from '../confirm.ts'
import { CommandError, ExitCode } from '../exit-code.ts'
import { printInstant } from '../instant.ts'
import type { RunCommand } from '../session.ts'
import { table } from '../terminal.ts'

interface Options {
  readonly repair?: true
  readonly last?: true
  readonly yes?: true
}

/** `reconcile`: compares all of Stripe's objects with what Postgres implies, and mends what differs with `--repair`. */
export function addReconcile(program: Command, run: RunCommand): void {
  program
    .command('reconcile')
    .description("compare Stripe's current objects with what is here, and mend what differs")
    .option('--repair', 'set what differs to what Stripe says; without this it is only told')
    .option('--last', 'show what the last run found; read nothing')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
A run that was cut off goes on where it stopped. Live traffic may go on: what is newer wins.
Exit code 1: something differs and was not mended.

Examples:
  npm run tollgate -- reconcile
  npm run tollgate -- reconcile --repair
  npm run tollgate -- reconcile --repair --last --json`,
    )
    .action(({ repair, last, yes }: Options) =>
      run(async (session) => {
        const { billing, terminal } = session
        const repairs = repair === true
        if (last === true) {
          const latest = await billing.operations.reconcile.latest(repairs)
          if (latest === null) throw new CommandError(ExitCode.found, 'There was no such run.')
          terminal.print(latest, describe(latest))
          return exitCodeOf(latest)
        }
        if (repairs) await confirm(session, 'Mending what differs', { yes: yes === true })
        const finished = await billing.operations.reconcile.execute({
          repairs,
          budgetMs: Number.POSITIVE_INFINITY,
          onProgress: ({ phase, objects, drifts }) =>
            terminal.progress(`${phase}: ${objects} objects compared, ${drifts} drifts`),
        })
        terminal.print(finished, describe(finished))
        return exitCodeOf(finished)
      }),
    )
}

function exitCodeOf({ drifts, repaired, finishedAt }: ReconcileRun): ExitCode {
  return finishedAt !== null && repaired === drifts ? ExitCode.ok : ExitCode.found
}

function describe({ startedAt, finishedAt, objects, drifts, repaired, found }: ReconcileRun): string {
  const end = finishedAt === null ? 'is not finished' : `finished ${printInstant(finishedAt)}`
  const summary = `Begun ${printInstant(startedAt)}, ${end}: ${objects} objects, ${drifts} drifts, ${repaired} mended.`
  if (found.length === 0) return summary
  const rows = found.map((drift) => [
    drift.kind,
    drift.objectId,
    drift.userId ?? '',
    drift.ours ?? 'nothing',
    drift.stripes ?? 'nothing',
    drift.repaired ? 'mended' : 'open',
  ])
  const rest = drifts > found.length ? [`… and ${drifts - found.length} more`] : []
  return [table(['drift', 'object', 'user', 'here', 'at Stripe', ''], rows), ...rest, summary].join('\n')
}
