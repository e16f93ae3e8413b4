/**
 * What a fresh Supabase database has before the first migration, as far as migrations can tell: the API's roles, the
 * schema `extensions`, and the default privileges by which every table, function and sequence of `public` is granted
 * to the API's roles until a migration revokes it
 * (supabase.com/docs/guides/database/postgres/roles and `supabase/postgres`, `init-scripts`).
 */
export const BOOTSTRAP_SQL = `
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role supabase_auth_admin nologin noinherit;

create schema extensions;
create extension pgcrypto with schema extensions;

grant usage on schema public, extensions to anon, authenticated, service_role, supabase_auth_admin;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
`

/** Run at each start: where Supabase's own sessions look for names. */
export const SESSION_SQL = 'set search_path = "$user", public, extensions'

/** Run once lite has made the schema `auth`. */
export const AFTER_AUTH_SQL = `
grant usage on schema auth to anon, authenticated, service_role, supabase_auth_admin;
grant all on all tables in schema auth to supabase_auth_admin;

create schema supabase_migrations;
create table supabase_migrations.schema_migrations (version text primary key, name text);
create schema sandbox;
`
