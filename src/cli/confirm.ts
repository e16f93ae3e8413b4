import { CommandError, ExitCode } from './exit-code.ts'
import type { Session } from './session.ts'

/**
 * Lets a change go on: at once on this machine's sandbox; elsewhere after `--yes`, or after the environment's name was
 * typed. Where nobody can be asked and `--yes` was not given, the change is refused.
 */
export async function confirm(
  { config, terminal }: Session,
  what: string,
  { yes }: { readonly yes: boolean },
): Promise<void> {
  if (config.environment === 'local' || yes) return
  const where = `${config.environment} (${new URL(config.supabase.url).host})`
  if (!terminal.isInteractive) {
    throw new CommandError(
      ExitCode.refused,
      `${what} changes ${where}. Nobody is here to confirm it: pass --yes.`,
    )
  }
  const typed = await terminal.ask(`${what} changes ${where}. Type ${config.environment} to go on: `)
  if (typed.trim() !== config.environment) throw new CommandError(ExitCode.refused, 'Nothing was changed.')
}
