import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import nextEnv from '@next/env'
import { z } from 'zod'
import { type AppConfig, environmentNames, readConfig } from '#src/infrastructure/config/env.ts'
import { CommandError, ExitCode } from './exit-code.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** Where `npm run dev` leaves the settings of its sandbox while it runs. */
export const DEV_SETTINGS_FILE = join(ROOT, '.tollgate', 'dev.json')

const DevSettings = z.record(z.string(), z.coerce.string())

/** Where the settings came from: the shell and the .env files, or a sandbox that runs. */
export interface Settings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly from: 'environment' | 'npm run dev'
}

/**
 * The app's settings as the app reads them: the shell's, then .env.local, then .env (Next's own loader). Where none of
 * them says anything, those of the sandbox that `npm run dev` runs.
 */
export function readSettings(): Settings {
  nextEnv.loadEnvConfig(ROOT, false, { info: () => undefined, error: () => undefined })
  if (environmentNames.some((name) => Boolean(process.env[name]))) {
    return { environment: process.env, from: 'environment' }
  }
  const environment = readDevSettings()
  if (environment === null) {
    throw new CommandError(
      ExitCode.usage,
      'Nothing is configured. Start `npm run dev` in another terminal, and this command uses its sandbox; or copy .env.example to .env.local and fill it in.',
    )
  }
  return { environment, from: 'npm run dev' }
}

/** The configuration in these settings; a sentence for each variable that is missing or wrong, never a value. */
export function configurationOf({ environment }: Settings): AppConfig {
  try {
    return readConfig(environment)
  } catch (error) {
    throw new CommandError(ExitCode.usage, error instanceof Error ? error.message : String(error))
  }
}

function readDevSettings(): Record<string, string> | null {
  try {
    return DevSettings.parse(JSON.parse(readFileSync(DEV_SETTINGS_FILE, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
