import { Command, CommanderError } from 'commander'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import { CommandError, ExitCode } from './exit-code.ts'
import type { RunCommand } from './session.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { addCatalogue } from './verbs/catalogue.ts'
import { addDoctor } from './verbs/doctor.ts'
import { addEvents } from './verbs/events.ts'
import { addExplain } from './verbs/explain.ts'
import { addForget } from './verbs/forget.ts'
import { addGrant, addRevoke } from './verbs/grants.ts'
import { addOutbox } from './verbs/outbox.ts'
import { addReconcile } from './verbs/reconcile.ts'
import { addReplay } from './verbs/replay.ts'

/** Where a command line runs: what it prints to, and where its settings come from. */
export interface CommandHost {
  readonly terminal: (options: { readonly json: boolean }) => Terminal
  readonly readSettings: () => Settings
}

/** Runs one command line, without the program's name. Prints its own failures; the answer is the exit code. */
export async function runCommandLine(argv: readonly string[], host: CommandHost): Promise<ExitCode> {
  const json = argv.includes('--json')
  const terminal = host.terminal({ json })
  let exitCode: ExitCode = ExitCode.ok
  const run: RunCommand = async (command) => {
    // Help and a mistake in the command line need none of what the app is made of.
    const { withSession } = await import('./session.ts')
    exitCode = await withSession(terminal, host.readSettings(), command)
  }
  try {
    await createProgram(run, { terminal, readSettings: host.readSettings }).parseAsync(
      argv.filter((argument) => argument !== '--json'),
      { from: 'user' },
    )
    return exitCode
  } catch (error) {
    return reportFailure(error, terminal)
  }
}

function createProgram(
  run: RunCommand,
  { terminal, readSettings }: { readonly terminal: Terminal; readonly readSettings: () => Settings },
): Command {
  const program = new Command('tollgate')
    .description("Asks and mends billing, through the app's own use cases.")
    .option('--json', 'print the result as one JSON document')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: (text) => terminal.note(text.trimEnd()) })
    .exitOverride()
    .addHelpText(
      'after',
      `
Settings are read as the app reads them: the shell, .env.local, .env; else those of a running \`npm run dev\`.
Exit codes: 0 nothing is wrong, 1 something is, 2 the command line or the settings are not right,
            3 a change was not confirmed, 4 a service did not answer.`,
    )
  addDoctor(program, run, { terminal, readSettings })
  addExplain(program, run)
  addEvents(program, run)
  addReplay(program, run)
  addReconcile(program, run)
  addOutbox(program, run)
  addGrant(program, run)
  addRevoke(program, run)
  addForget(program, run)
  addCatalogue(program, run)
  return program
}

function reportFailure(error: unknown, terminal: Terminal): ExitCode {
  // Commander has printed its own; help is not a failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
  if (error instanceof CommandError) {
    terminal.note(`tollgate: ${error.message}`)
    return error.code
  }
  if (error instanceof BillingError) {
    const cause = error.cause instanceof Error ? error.cause.name : ''
    terminal.note(`tollgate: ${error.message} (${[error.code, cause].filter(Boolean).join(', ')}).`)
    return ExitCode.unavailable
  }
  throw error
}
