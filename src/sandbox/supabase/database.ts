import type { PGlite } from '@electric-sql/pglite'
import { App, ConsoleEmailDriver } from '@supabase/lite'
import { createPgliteConnection, type PgliteConnection } from '@supabase/lite/pglite'
import { AFTER_AUTH_SQL, BOOTSTRAP_SQL, SESSION_SQL } from './bootstrap.ts'
import { applyMigrations } from './migrations.ts'
import { PostgresErrors } from './postgres-errors.ts'
import { withoutConsoleErrors } from './quiet.ts'
import { SerialQueue } from './serial.ts'
import { readTemplate, writeTemplate } from './template.ts'

/** What lite itself is configured with; the gateway translates between these and what clients use. */
export interface LiteSecrets {
  jwtSecret: string
  publishableKey: string
  secretKey: string
}

export interface DatabaseOptions {
  dataDir: string
  migrationsDir: string
  siteUrl: string
  jwtExpirySeconds: number
  secrets: LiteSecrets
}

type Row = Record<string, unknown>

/**
 * Postgres in this process with lite's PostgREST and GoTrue before it. It has one session: lite's transactions are
 * several statements, so that everything goes through one queue, or two requests would share a transaction.
 */
export interface SandboxDatabase {
  /** Passes a request to lite. */
  fetch(request: Request): Promise<Response>
  /** Runs one statement as the superuser, outside of all policies. */
  sql<Result extends Row = Row>(query: string, params?: readonly unknown[]): Promise<Result[]>
  /** Calls a function of one `jsonb` with this role's rights and no more. `name` is trusted. */
  callAs(role: string, name: string, argument: object): Promise<unknown>
  /** Empties `auth` and `public`, then puts back the rows that the migrations had inserted. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** Opens or creates the database and brings it up to the newest migration. */
export async function openDatabase(options: DatabaseOptions): Promise<SandboxDatabase> {
  // A stand-in's passwords protect nothing: lite's cheapest hash keeps a sign-in at a few milliseconds.
  process.env.LITE_AUTH_BCRYPT_COST ??= '4'
  const template = isInMemory(options) ? await readTemplate(options.migrationsDir) : null
  const pgliteOptions = template === null ? {} : { loadDataDir: template }
  const connection = await createPgliteConnection({ url: options.dataDir, pgliteOptions })
  const app = createLite(connection, options)
  await app.init()
  const database: PGlite = connection.driver
  try {
    await prepare(connection, options)
  } catch (error) {
    await connection.close()
    throw error
  }
  const queue = new SerialQueue()
  const errors = new PostgresErrors(connection)
  return {
    fetch: (request) =>
      queue.run(async () => errors.unhide(await withoutConsoleErrors(() => app.fetch(request)))),
    sql: <Result extends Row>(query: string, params: readonly unknown[] = []) =>
      queue.run(async () => (await database.query<Result>(query, [...params])).rows),
    callAs: (role, name, argument) =>
      queue.run(() =>
        database.transaction(async (transaction) => {
          await transaction.exec(`set local role ${role}`)
          const { rows } = await transaction.query<{ result: unknown }>(
            `select ${name}($1::jsonb) as result`,
            [argument],
          )
          return rows[0]?.result
        }),
      ),
    reset: () => queue.run(() => resetRows(database)),
    close: () => queue.run(() => connection.close()),
  }
}

function createLite(connection: PgliteConnection, { secrets, siteUrl, jwtExpirySeconds }: DatabaseOptions) {
  return new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: secrets.jwtSecret,
      jwt_expiry: jwtExpirySeconds,
      publishable_key: secrets.publishableKey,
      secret_key: secrets.secretKey,
      site_url: siteUrl,
    },
    options: { drivers: { email: new ConsoleEmailDriver({ silent: true }) } },
  })
}

function isInMemory({ dataDir }: DatabaseOptions): boolean {
  return dataDir.startsWith('memory://')
}

async function prepare(connection: PgliteConnection, options: DatabaseOptions): Promise<void> {
  const database = connection.driver
  const { rows } = await database.query("select 1 from pg_roles where rolname = 'service_role'")
  const isNew = rows.length === 0
  if (isNew) {
    await database.exec(BOOTSTRAP_SQL)
    await database.exec(connection.config.baseSchema ?? '')
    await database.exec(AFTER_AUTH_SQL)
  }
  await database.exec(SESSION_SQL)
  const applied = await applyMigrations(database, options.migrationsDir)
  if (applied.length > 0) await keepSeedRows(database)
  if (isNew && isInMemory(options)) {
    await writeTemplate(options.migrationsDir, await database.dumpDataDir('none'))
  }
  // On its first request lite would grant every table to the API's roles, which undoes the migrations' revokes. It
  // does not where it believes to have done so.
  Reflect.set(connection, 'rlsState', 'active')
  await database.listen('pgrst', () => void connection.clearSchemaCache())
}

const TABLES_OF = (schema: string) => `
  select format('%I.%I', n.nspname, c.relname) as name, c.relname as bare
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = '${schema}'`

type TableName = { name: string; bare: string }

/** Copies of the tables that the migrations left rows in, for `resetRows`. */
async function keepSeedRows(database: PGlite): Promise<void> {
  const tables = await database.query<TableName>(TABLES_OF('public'))
  for (const { name, bare } of tables.rows) {
    const { rows } = await database.query(`select 1 from ${name} limit 1`)
    await database.exec(`drop table if exists sandbox."${bare}"`)
    if (rows.length > 0) await database.exec(`create table sandbox."${bare}" as table ${name}`)
  }
}

/** Triggers and foreign keys are off meanwhile: an append-only table would refuse otherwise. */
async function resetRows(database: PGlite): Promise<void> {
  const tables = await database.query<TableName>(`${TABLES_OF('public')} union all ${TABLES_OF('auth')}`)
  const seeds = await database.query<TableName>(TABLES_OF('sandbox'))
  await database.transaction(async (transaction) => {
    await transaction.exec('set local session_replication_role = replica')
    if (tables.rows.length > 0) {
      await transaction.exec(`truncate ${tables.rows.map((table) => table.name).join(', ')} cascade`)
    }
    for (const { name, bare } of seeds.rows) {
      await transaction.exec(`insert into public."${bare}" overriding system value select * from ${name}`)
    }
  })
}
