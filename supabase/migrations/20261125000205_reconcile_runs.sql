-- billing.reconcile_run(run): a run as it leaves the database, with the first drifts that it found.
create function billing.reconcile_run(p_run public.reconcile_runs, p_drifts_max integer) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'run_id', p_run.run_id,
    'started_at', billing.epoch_ms(p_run.started_at),
    'updated_at', billing.epoch_ms(p_run.updated_at),
    'finished_at', billing.epoch_ms(p_run.finished_at),
    'repairs', p_run.repairs,
    'phase', p_run.phase,
    'cursor', p_run.cursor,
    'objects', p_run.objects,
    'drifts', p_run.drifts,
    'repaired', p_run.repaired,
    'found', coalesce((
      select jsonb_agg(to_jsonb(d)) from (
        select f.object_id, f.kind, f.user_id, f.ours, f.stripes, f.repaired from public.reconcile_drifts f
        where f.run_id = p_run.run_id order by f.found_at, f.object_id limit p_drifts_max) d), '[]'::jsonb))
$$;

-- start_reconcile_run(run, repairs, now): the run of this kind that is under way, or a new one under this id.
--
-- Promises: one run of a kind at a time (also a unique index). Runs that ended 90 days ago are forgotten, and so is one
--   that nobody has gone on with for a day: what it has seen is too old.
-- Locks: the rows that it forgets. Answers: billing.reconcile_run, without drifts. Called by: Reconcile.
create function public.start_reconcile_run(p_run_id uuid, p_repairs boolean, p_now timestamptz) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_run public.reconcile_runs;
begin
  delete from public.reconcile_runs r
  where r.finished_at < p_now - interval '90 days'
    or (r.finished_at is null and r.updated_at < p_now - interval '1 day');
  insert into public.reconcile_runs (run_id, started_at, updated_at, repairs, phase)
  values (p_run_id, p_now, p_now, p_repairs, 'subscriptions')
  on conflict do nothing;
  select * into strict v_run from public.reconcile_runs r where r.finished_at is null and r.repairs = p_repairs;
  return billing.reconcile_run(v_run, 0);
end
$$;
revoke execute on function public.start_reconcile_run from public, anon, authenticated;
grant execute on function public.start_reconcile_run to service_role;

-- advance_reconcile_run(run, phase, cursor, next phase, next cursor, objects, drifts, now): a page is done.
--
-- Promises: of two that did the same page one counts it. What was seen is forgotten when the run is finished.
-- Locks: the run's row. Answers: billing.reconcile_run; null where another has done this page. Called by: Reconcile.
create function public.advance_reconcile_run(
  p_run_id uuid, p_phase text, p_cursor text, p_next_phase text, p_next_cursor text, p_objects integer,
  p_drifts jsonb, p_now timestamptz
) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_run public.reconcile_runs;
begin
  update public.reconcile_runs r set
    phase = p_next_phase, cursor = p_next_cursor, updated_at = p_now, objects = r.objects + p_objects,
    drifts = r.drifts + jsonb_array_length(p_drifts),
    repaired = r.repaired + (select count(*) from jsonb_array_elements(p_drifts) d where (d ->> 'repaired')::boolean),
    finished_at = case when p_next_phase = 'finished' then p_now end
  where r.run_id = p_run_id and r.phase = p_phase and r.cursor is not distinct from p_cursor
  returning * into v_run;
  if v_run.run_id is null then
    return null;
  end if;
  insert into public.reconcile_drifts (run_id, object_id, kind, user_id, ours, stripes, repaired, found_at)
  select p_run_id, d ->> 'object_id', d ->> 'kind', (d ->> 'user_id')::uuid, d ->> 'ours', d ->> 'stripes',
    (d ->> 'repaired')::boolean, p_now
  from jsonb_array_elements(p_drifts) d
  on conflict do nothing;
  if p_next_phase = 'finished' then
    delete from public.reconcile_seen s where s.run_id = p_run_id;
  end if;
  return billing.reconcile_run(v_run, 0);
end
$$;
revoke execute on function public.advance_reconcile_run from public, anon, authenticated;
grant execute on function public.advance_reconcile_run to service_role;

-- get_reconcile_run(repairs, drifts_max): the newest run of this kind with what it found; null before the first.
--
-- Locks: nothing. Called by: Reconcile, the scheduled check, the operator's `reconcile` and `doctor`.
create function public.get_reconcile_run(p_repairs boolean, p_drifts_max integer) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select billing.reconcile_run(r, p_drifts_max)
  from public.reconcile_runs r where r.repairs = p_repairs order by r.started_at desc limit 1
$$;
revoke execute on function public.get_reconcile_run from public, anon, authenticated;
grant execute on function public.get_reconcile_run to service_role;
