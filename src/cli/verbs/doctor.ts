import type { Command } from 'commander'
import { examine } from '#src/features/billing/application/doctor/Examine.ts'
import { type Finding, findings } from '#src/features/billing/application/doctor/Finding.ts'
import { settingsCheck } from '#src/features/billing/application/doctor/settings-check.ts'
import { CommandError, ExitCode } from '../exit-code.ts'
import { readMigrations } from '../migrations.ts'
import type { RunCommand } from '../session.ts'
import { configurationOf, type Settings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

const SIGNS = { ok: 'ok  ', warning: 'warn', failure: 'FAIL', skipped: 'skip' } as const

/** `doctor`: looks at everything that a person gets wrong, and says what mends it. */
export function addDoctor(
  program: Command,
  run: RunCommand,
  { readSettings, terminal }: { readonly readSettings: () => Settings; readonly terminal: Terminal },
): void {
  program
    .command('doctor')
    .description('look at everything that a person gets wrong, each with the line that mends it')
    .addHelpText(
      'after',
      `
Changes nothing, but for one event that means nothing, evt_tollgate_probe, which the app records once.
Exit code 1: something fails. A warning alone is 0.

Example:
  npm run tollgate -- doctor --json`,
    )
    .action(async () => {
      const settings = readSettings()
      const wrong = wrongSettings(settings)
      if (wrong.length > 0) {
        report(wrong, terminal)
        throw new CommandError(ExitCode.found, 'Nothing else could be looked at.')
      }
      await run(async ({ billing }) => {
        const checks = billing.operations.checks(readMigrations)
        const found = await examine([settingsCheck(settings.environment), ...checks])
        report(found, terminal)
        return found.some(({ health }) => health === 'failure') ? ExitCode.found : ExitCode.ok
      })
    })
}

/** A finding for each variable that is missing or wrong: keys of mixed modes among them. */
function wrongSettings(settings: Settings): readonly Finding[] {
  try {
    configurationOf(settings)
    return []
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const { failure } = findings('settings')
    const [, ...lines] = error.message.split('\n')
    return lines.map((line) => failure(line.trim(), '.env.example says where each comes from.'))
  }
}

function report(found: readonly Finding[], terminal: Terminal): void {
  const width = Math.max(...found.map(({ check }) => check.length))
  const lines = found.flatMap(({ check, health, says, mend }) => [
    `${SIGNS[health]}  ${check.padEnd(width)}  ${says}`,
    ...(mend === null ? [] : [`      ${' '.repeat(width)}  -> ${mend}`]),
  ])
  terminal.print(found, lines.join('\n'))
}
