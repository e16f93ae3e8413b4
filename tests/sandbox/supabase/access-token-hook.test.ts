import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSupabaseSandbox, type SupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { browserClient, signedUp } from './clients.ts'
import { writeMigrations } from './migrations-fixture.ts'

/** Adds what it was told to the claims, refuses one address, and drops a claim for another. */
const migrations = writeMigrations({
  '0001_hook.sql': `
    create table public.plans (user_id uuid primary key, plan text not null);
    insert into public.plans values ('00000000-0000-0000-0000-000000000001', 'none');
    grant select on public.plans to supabase_auth_admin;
    revoke all on public.plans from anon, authenticated, service_role;
    create function public.custom_access_token_hook(event jsonb) returns jsonb language plpgsql set search_path = ''
    as $$
    declare
      v_email text := event -> 'claims' ->> 'email';
    begin
      if v_email = 'refused@example.com' then
        return jsonb_build_object('error', jsonb_build_object('http_code', 403, 'message', 'Not from here'));
      elsif v_email = 'short@example.com' then
        return jsonb_set(event, '{claims}', (event -> 'claims') - 'session_id');
      elsif v_email = 'broken@example.com' then
        raise exception 'on purpose';
      end if;
      return jsonb_set(event, '{claims,hook}', jsonb_build_object(
        'method', event -> 'authentication_method', 'user_id', event -> 'user_id', 'as', current_user,
        'plans', (select count(*) from public.plans)));
    end $$;
    grant execute on function public.custom_access_token_hook to supabase_auth_admin;
    revoke execute on function public.custom_access_token_hook from authenticated, anon, public;
  `,
})
let sandbox: SupabaseSandbox

beforeAll(async () => {
  sandbox = await createSupabaseSandbox({
    migrationsDir: migrations.folder,
    accessTokenHook: 'pg-functions://postgres/public/custom_access_token_hook',
  })
})
beforeEach(() => sandbox.reset())
afterAll(async () => {
  await sandbox.close()
  migrations.remove()
})

const credentials = (email: string) => ({ email, password: 'correct horse' })

test('the hook adds claims as supabase_auth_admin and is told how the user came', async () => {
  const user = await signedUp(sandbox, 'a@example.com')
  const claimsOf = async () => (await user.client.auth.getClaims()).data?.claims.hook
  const common = { user_id: user.id, as: 'supabase_auth_admin', plans: 1 }

  expect(await claimsOf()).toEqual({ ...common, method: 'email/signup' })
  await user.client.auth.signInWithPassword(credentials('a@example.com'))
  expect(await claimsOf()).toEqual({ ...common, method: 'password' })
  await user.client.auth.refreshSession()
  expect(await claimsOf()).toEqual({ ...common, method: 'token_refresh' })
})

test('the hook may refuse a token with a status and a message of its own', async () => {
  const { error } = await browserClient(sandbox).auth.signUp(credentials('refused@example.com'))

  expect([error?.status, error?.message]).toEqual([403, 'Not from here'])
})

test('claims that every token must have cannot be taken out', async () => {
  const { error } = await browserClient(sandbox).auth.signUp(credentials('short@example.com'))

  expect([error?.status, error?.message]).toEqual([
    500,
    expect.stringContaining('output claims do not conform to the expected schema: session_id'),
  ])
})

test('a hook that fails issues no token', async () => {
  const { data, error } = await browserClient(sandbox).auth.signUp(credentials('broken@example.com'))

  expect(data.session).toBeNull()
  expect([error?.status, error?.message]).toEqual([500, expect.stringContaining('on purpose')])
})
