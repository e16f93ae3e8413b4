/** Runs once before the first request: a wrong configuration ends the server then, not in front of a customer (F94). */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { readConfig } = await import('#src/infrastructure/config/env.ts')
  readConfig()
}
