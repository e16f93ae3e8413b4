import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const MIGRATIONS = join(import.meta.dirname, '../../supabase/migrations')

/** What a Supabase project has before its first migration, as far as ours rely on it. */
const SUPABASE_BEFORE = `
  create role anon nologin;
  create role authenticated nologin;
  create role service_role nologin bypassrls;
  grant usage on schema public to anon, authenticated, service_role;
  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
  create schema auth;
  grant usage on schema auth to anon, authenticated, service_role;
  create table auth.users (id uuid primary key, email text);
  create function auth.uid() returns uuid language sql stable as $$
    select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
  $$;
`

/** Everything that makes an empty database one of ours, in order; with `before`, as it was before that migration. */
export function schemaStatements({ before }: { readonly before?: string } = {}): readonly string[] {
  return [SUPABASE_BEFORE, ...migrations((name) => before === undefined || name < before)]
}

/** The migrations from this one on, in order. */
export function migrationsFrom(first: string): readonly string[] {
  return migrations((name) => name >= first)
}

function migrations(isWanted: (name: string) => boolean): readonly string[] {
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql') && isWanted(name))
  return names.toSorted().map((name) => readFileSync(join(MIGRATIONS, name), 'utf8'))
}
