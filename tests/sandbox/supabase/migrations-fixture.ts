import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of migrations for one test file. */
export interface MigrationsFixture {
  readonly folder: string
  remove(): void
}

/** Writes the files to a new folder. */
export function writeMigrations(files: Readonly<Record<string, string>>): MigrationsFixture {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-migrations-'))
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Tables under forced policies, one with a row from the start, and functions as the app's own are written. */
export const NOTES_MIGRATIONS = {
  '0001_notes.sql': `
    create table public.notes (
      id bigint generated always as identity primary key,
      user_id uuid not null references auth.users (id) on delete cascade,
      body text not null
    );
    alter table public.notes enable row level security;
    alter table public.notes force row level security;
    create policy notes_read_own on public.notes for select to authenticated using ((select auth.uid()) = user_id);
    revoke all on public.notes from anon, authenticated, service_role;
    grant select on public.notes to authenticated, service_role;

    create table public.epoch (singleton boolean primary key default true check (singleton), value int not null);
    insert into public.epoch (value) values (7);
    create function public.refuse_change() returns trigger language plpgsql set search_path = '' as $$
    begin
      raise exception 'append only' using errcode = 'TG001';
    end $$;
    create trigger epoch_stays before delete or truncate on public.epoch execute function public.refuse_change();

    create table public.open_to_all (id int primary key);
    create function public.open_to_all_count() returns bigint language sql as 'select count(*) from public.open_to_all';
  `,
  '0002_functions.sql': `
    create function public.add_note(p_user_id uuid, p_note jsonb, p_now timestamptz) returns jsonb
    language plpgsql security definer set search_path = '' as $$
    declare
      v_id bigint;
    begin
      perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_user_id::text, 0));
      begin
        insert into public.notes (user_id, body) values (p_user_id, p_note ->> 'body') returning id into v_id;
      exception when foreign_key_violation then
        return jsonb_build_object('outcome', 'unknown_user');
      end;
      if p_note ->> 'body' = 'refuse' then
        raise exception 'refused' using errcode = 'TG002', detail = 'why', hint = 'what to do';
      end if;
      return jsonb_build_object('outcome', 'added', 'id', v_id, 'at', p_now,
        'email', (select u.email from auth.users u where u.id = p_user_id));
    end $$;
    revoke all on function public.add_note(uuid, jsonb, timestamptz) from public, anon, authenticated;
    grant execute on function public.add_note(uuid, jsonb, timestamptz) to service_role;

    create function public.raise(condition text) returns void language plpgsql set search_path = '' as $$
    begin
      raise exception using message = 'on purpose', errcode = condition;
    end $$;

    create function public.whoami() returns jsonb language sql security invoker set search_path = '' as
      $$ select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'user', current_user,
        'app', auth.jwt() -> 'app_metadata') $$;
    notify pgrst, 'reload schema';
  `,
}
