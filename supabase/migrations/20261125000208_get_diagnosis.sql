-- get_diagnosis(): what a doctor wants to know of the database itself.
--
-- Answers: { now, migrations, tables_without_rls, tables_written_by_users, functions_of_users }
--   now                      Postgres's own clock, milliseconds since the epoch
--   migrations               the versions that Supabase's tools have recorded as applied; null where they keep no record
--   tables_without_rls       tables of ours whose row level security is off, or not forced
--   tables_written_by_users  tables of ours that `anon` or `authenticated` may write
--   functions_of_users       functions of ours that `anon` or `authenticated` may call
-- Locks: nothing. Called by: the operator's `doctor`.
create function public.get_diagnosis() returns jsonb
language plpgsql stable
security definer
set search_path = ''
as $$
declare
  v_migrations jsonb;
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select jsonb_agg(m.version order by m.version) from supabase_migrations.schema_migrations m'
      into v_migrations;
  end if;
  return jsonb_build_object(
    'now', billing.epoch_ms(clock_timestamp()),
    'migrations', v_migrations,
    'tables_without_rls', (
      select coalesce(jsonb_agg(c.relname order by c.relname), '[]'::jsonb) from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not (c.relrowsecurity and c.relforcerowsecurity)),
    'tables_written_by_users', (
      select coalesce(jsonb_agg(distinct g.table_name), '[]'::jsonb) from information_schema.role_table_grants g
      where g.table_schema = 'public' and g.grantee in ('anon', 'authenticated') and g.privilege_type <> 'SELECT'),
    'functions_of_users', (
      select coalesce(jsonb_agg(distinct p.proname), '[]'::jsonb)
      from pg_catalog.pg_proc p cross join (values ('anon'), ('authenticated')) r(role)
      where p.pronamespace in ('public'::regnamespace, 'billing'::regnamespace)
        and has_function_privilege(r.role, p.oid, 'execute')
        and has_schema_privilege(r.role, p.pronamespace, 'usage')));
end
$$;
revoke execute on function public.get_diagnosis from public, anon, authenticated;
grant execute on function public.get_diagnosis to service_role;

notify pgrst, 'reload schema';
