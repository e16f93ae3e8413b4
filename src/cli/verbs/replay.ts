import type { Command } from 'commander'
import type { ReplayPreview, ReplayReport } from '#src/features/billing/application/replay/ReplayEvents.ts'
import type { ReplaySelection } from '#src/features/billing/application/replay/SelectEvents.ts'
import type { AccessDifference } from '#src/features/billing/domain/entitlement/access-difference.ts'
import { confirm } from '../confirm.ts'
import { CommandError, ExitCode } from '../exit-code.ts'
import { type GivenInstant, inSeconds, parseInstant } from '../instant.ts'
import type { RunCommand } from '../session.ts'
import { type Terminal, table } from '../terminal.ts'

interface Options {
  readonly reason?: string
  readonly type?: string
  readonly user?: string
  readonly since?: GivenInstant
  readonly until?: GivenInstant
  readonly fromStripe?: true
  readonly apply?: true
  readonly yes?: true
}

/** `replay`: applies events again that were kept, or that never arrived. Dry unless `--apply` is given. */
export function addReplay(program: Command, run: RunCommand): void {
  program
    .command('replay')
    .argument('[events...]', 'these, evt_…')
    .description('apply events again: those named, those kept in the ledger, or those that Stripe lists')
    .option('--reason <word>', 'kept for this reason, such as unknown_price')
    .option('--type <type>', 'kept, of this type')
    .option('--user <id>', 'kept, of this user')
    .option('--since <instant>', 'made at Stripe at or after this', parseInstant)
    .option('--until <instant>', 'made at Stripe before this', parseInstant)
    .option('--from-stripe', "everything in Stripe's own list of that time (of the last 30 days)")
    .option('--apply', 'do it; without this nothing is changed')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Without --apply the real SQL runs in a transaction that is undone, and what it would change is printed.
Exit code 1: something could not be applied, and is listed.

Examples:
  npm run tollgate -- replay evt_1Q0000000000000000000000
  npm run tollgate -- replay --reason unknown_price --apply
  npm run tollgate -- replay --from-stripe --since 2h`,
    )
    .action((eventIds: string[], options: Options) =>
      run(async (session) => {
        const { billing, terminal } = session
        const selection = selectionOf(eventIds, options, billing.clock.now())
        const preview = await billing.operations.replayEvents.preview(selection)
        if (options.apply !== true) {
          terminal.print({ applied: false, ...preview }, describePreview(preview))
          return exitCodeOf(preview)
        }
        if (!terminal.json) terminal.note(describePreview(preview))
        await confirm(session, 'Replaying these events', { yes: options.yes === true })
        const report = await billing.operations.replayEvents.apply(selection)
        print(terminal, report, preview.differences)
        return exitCodeOf(report)
      }),
    )
}

function selectionOf(eventIds: readonly string[], options: Options, now: number): ReplaySelection {
  const { reason, type, user } = options
  const since = options.since && inSeconds(options.since, now)
  const until = options.until && inSeconds(options.until, now)
  const isNarrowed = [reason, type, user].some((option) => option !== undefined)
  if (eventIds.length > 0) {
    if (isNarrowed || since !== undefined || until !== undefined || options.fromStripe) {
      throw new CommandError(ExitCode.usage, 'Name events, or say which ones; not both.')
    }
    return { from: 'ids', eventIds }
  }
  if (options.fromStripe) {
    if (since === undefined) throw new CommandError(ExitCode.usage, '--from-stripe needs --since.')
    if (isNarrowed) {
      throw new CommandError(ExitCode.usage, '--from-stripe takes --since and --until alone.')
    }
    return { from: 'stripe', since, until: until ?? Math.ceil(now / 1000) + 1 }
  }
  if (!isNarrowed && since === undefined) {
    throw new CommandError(
      ExitCode.usage,
      'Say which events: by id, or with --reason, --type, --user or --since.',
    )
  }
  return {
    from: 'ledger',
    filter: {
      ...(reason !== undefined && { reason }),
      ...(type !== undefined && { type }),
      ...(user !== undefined && { userId: user }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    },
  }
}

function exitCodeOf({ events, truncated }: ReplayReport): ExitCode {
  const isSettled = ({ outcome }: ReplayReport['events'][number]) =>
    outcome !== 'failed' && outcome !== 'unresolved' && outcome !== 'no_payload'
  return events.every(isSettled) && !truncated ? ExitCode.ok : ExitCode.found
}

function print(terminal: Terminal, report: ReplayReport, differences: readonly AccessDifference[]): void {
  terminal.print({ applied: true, ...report, differences }, `${describeEvents(report)}\nApplied.`)
}

function describePreview(preview: ReplayPreview): string {
  const users = preview.differences.map(describeDifference)
  const effect = users.length === 0 ? "Nobody's access would change." : users.join('\n')
  return `${describeEvents(preview)}\n${effect}\nNothing was changed: this was a dry run.`
}

function describeEvents({ events, done, truncated }: ReplayReport): string {
  const rows = events.map(({ eventId, type, outcome, reason }) => [eventId, type, outcome, reason ?? ''])
  const listed = rows.length === 0 ? [] : [table(['event', 'type', 'outcome', 'reason'], rows)]
  const rest = [`${done} done before.`, ...(truncated ? ['There are more: narrow the time.'] : [])]
  return [...listed, rest.join(' ')].join('\n')
}

/** One user's difference, a line a source. */
export function describeDifference({ userId, ...difference }: AccessDifference): string {
  const signed = (sign: string, features: readonly string[]) => features.map((feature) => `${sign}${feature}`)
  const features = [...signed('+', difference.featuresGained), ...signed('-', difference.featuresLost)]
  const lines = difference.sources.map(
    ({ sourceId, before, after }) => `  ${sourceId}: ${before ?? 'nothing'} -> ${after ?? 'nothing'}`,
  )
  return [`user ${userId}  ${features.join(' ')}`.trimEnd(), ...lines].join('\n')
}
