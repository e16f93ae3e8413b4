/** Runs as the server starts: with a wrong configuration it ends then, not in front of a customer (F94). */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { requireConfig } = await import('#src/infrastructure/config/require-config.ts')
  requireConfig()
}
