import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { SandboxDatabase } from './database.ts'
import { authError } from './errors.ts'

const attributes = z.looseObject({
  id: z.uuid().optional(),
  email: z.email().toLowerCase().optional(),
  password: z.string().min(6).optional(),
  email_confirm: z.boolean().optional(),
  app_metadata: z.record(z.string(), z.unknown()).optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
  role: z.string().optional(),
  /** A duration of Go such as `24h`, or `none` to lift the ban. */
  ban_duration: z
    .string()
    .regex(/^(none|\d+h)$/)
    .optional(),
})

type Attributes = z.infer<typeof attributes>

const DEFAULT_PAGE = 50
const MAX_PAGE = 1000

/** As JSON, so that moments come in ISO 8601, as GoTrue writes them. */
const USER_COLUMNS = `u.id, u.aud, u.role, u.email, coalesce(u.phone, '') as phone, u.email_confirmed_at,
  u.confirmed_at, u.last_sign_in_at, u.raw_app_meta_data as app_metadata, u.raw_user_meta_data as user_metadata,
  u.banned_until, u.created_at, u.updated_at, u.is_anonymous,
  coalesce((select jsonb_agg(jsonb_build_object('identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id,
    'identity_data', i.identity_data, 'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at,
    'created_at', i.created_at, 'updated_at', i.updated_at, 'email', i.email) order by i.created_at)
    from auth.identities i where i.user_id = u.id), '[]') as identities`

type UserRow = Record<string, unknown>

/**
 * `auth.admin` on users: list, get, create, update, delete
 * (supabase.com/docs/reference/javascript/auth-admin-listusers and its neighbours). Mounted behind the check that
 * the caller has the secret key.
 */
export function adminUserRoutes(database: SandboxDatabase): Hono {
  const app = new Hono()
  app.get('/', (context) => list(context, database))
  app.post('/', (context) => create(context, database))
  app.get('/:id', (context) => withUser(context, database, async (user) => context.json(user)))
  app.put('/:id', (context) => withUser(context, database, (user) => update(context, database, user)))
  app.delete('/:id', (context) => withUser(context, database, (user) => remove(context, database, user)))
  return app
}

async function list(context: Context, database: SandboxDatabase): Promise<Response> {
  const page = positive(context.req.query('page'), 1)
  const perPage = Math.min(positive(context.req.query('per_page'), DEFAULT_PAGE), MAX_PAGE)
  const [total] = await database.sql<{ count: number }>('select count(*)::int as count from auth.users')
  const users = await database.sql<{ json: UserRow }>(
    `select to_jsonb(found) as json
     from (select ${USER_COLUMNS} from auth.users u order by u.created_at desc, u.id limit $1 offset $2) found`,
    [perPage, (page - 1) * perPage],
  )
  const count = total?.count ?? 0
  const last = Math.max(1, Math.ceil(count / perPage))
  const links = page < last ? [`<${context.req.path}?page=${page + 1}&per_page=${perPage}>; rel="next"`] : []
  links.push(`<${context.req.path}?page=${last}&per_page=${perPage}>; rel="last"`)
  context.header('X-Total-Count', String(count))
  context.header('Link', links.join(', '))
  return context.json({ users: users.map((user) => user.json), aud: 'authenticated' })
}

async function create(context: Context, database: SandboxDatabase): Promise<Response> {
  const given = await readAttributes(context)
  if (given instanceof Response) return given
  if (given.email === undefined) {
    return authError(
      context,
      400,
      'validation_failed',
      'Cannot create a user without either an email or phone',
    )
  }
  if (await emailTaken(database, given.email, null)) return emailExists(context)
  const id = given.id ?? randomUUID()
  await database.sql(
    `insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at,
       raw_app_meta_data, raw_user_meta_data)
     values ($1, 'authenticated', coalesce($2, 'authenticated'), $3,
       extensions.crypt($4, extensions.gen_salt('bf', 4)), case when $5 then now() end, $6, $7)`,
    [
      id,
      given.role ?? null,
      given.email,
      given.password ?? null,
      given.email_confirm === true,
      { provider: 'email', providers: ['email'], ...given.app_metadata },
      { ...given.user_metadata },
    ],
  )
  await database.sql(
    `insert into auth.identities (id, provider, provider_id, user_id, identity_data)
     values ($1, 'email', $2, $3, $4)`,
    [randomUUID(), id, id, { sub: id, email: given.email, email_verified: false, phone_verified: false }],
  )
  await setBan(database, id, given)
  return context.json(await findUser(database, id))
}

async function update(context: Context, database: SandboxDatabase, user: UserRow): Promise<Response> {
  const given = await readAttributes(context)
  if (given instanceof Response) return given
  const id = String(user.id)
  if (given.email !== undefined && (await emailTaken(database, given.email, id))) return emailExists(context)
  // A null value takes a key of the metadata away, as GoTrue has it.
  await database.sql(
    `update auth.users set
       email = coalesce($2, email),
       role = coalesce($3, role),
       encrypted_password =
         case when $4::text is null then encrypted_password else extensions.crypt($4, extensions.gen_salt('bf', 4)) end,
       email_confirmed_at = case when $5 then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
       raw_app_meta_data = jsonb_strip_nulls(coalesce(raw_app_meta_data, '{}') || $6::jsonb),
       raw_user_meta_data = jsonb_strip_nulls(coalesce(raw_user_meta_data, '{}') || $7::jsonb),
       updated_at = now()
     where id = $1`,
    [
      id,
      given.email ?? null,
      given.role ?? null,
      given.password ?? null,
      given.email_confirm === true,
      given.app_metadata ?? {},
      given.user_metadata ?? {},
    ],
  )
  await setBan(database, id, given)
  return context.json(await findUser(database, id))
}

async function remove(context: Context, database: SandboxDatabase, user: UserRow): Promise<Response> {
  await database.sql('delete from auth.refresh_tokens where user_id = $1', [user.id])
  await database.sql('delete from auth.users where id = $1', [user.id])
  return context.json({})
}

async function withUser(
  context: Context,
  database: SandboxDatabase,
  then: (user: UserRow) => Promise<Response>,
): Promise<Response> {
  const id = context.req.param('id') ?? ''
  if (!z.guid().safeParse(id).success) {
    return authError(context, 404, 'validation_failed', 'user_id must be an UUID')
  }
  const user = await findUser(database, id)
  return user === null ? authError(context, 404, 'user_not_found', 'User not found') : then(user)
}

async function findUser(database: SandboxDatabase, id: string): Promise<UserRow | null> {
  const [user] = await database.sql<{ json: UserRow }>(
    `select to_jsonb(found) as json from (select ${USER_COLUMNS} from auth.users u where u.id = $1) found`,
    [id],
  )
  return user?.json ?? null
}

async function readAttributes(context: Context): Promise<Attributes | Response> {
  const parsed = attributes.safeParse(await context.req.json().catch(() => null))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? 'body'
  if (field === 'password') {
    return authError(context, 422, 'weak_password', 'Password should be at least 6 characters.')
  }
  return authError(
    context,
    400,
    'validation_failed',
    `Unable to validate ${field}: ${issue?.message ?? 'invalid'}`,
  )
}

async function emailTaken(
  database: SandboxDatabase,
  email: string,
  exceptId: string | null,
): Promise<boolean> {
  const rows = await database.sql(
    'select 1 from auth.users where email = $1 and id is distinct from $2::uuid',
    [email, exceptId],
  )
  return rows.length > 0
}

function emailExists(context: Context): Response {
  const message = 'A user with this email address has already been registered'
  return authError(context, 422, 'email_exists', message)
}

async function setBan(database: SandboxDatabase, id: string, { ban_duration }: Attributes): Promise<void> {
  if (ban_duration === undefined) return
  const hours = ban_duration === 'none' ? null : Number.parseInt(ban_duration, 10)
  await database.sql(
    'update auth.users set banned_until = now() + make_interval(hours => $2) where id = $1',
    [id, hours],
  )
}

function positive(text: string | undefined, fallback: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : fallback
}
