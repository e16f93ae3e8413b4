-- start_reconcile_run(run, repairs, now): the run of this kind that is under way, or a new one under this id.
--
-- Promises: one run of a kind at a time (also a unique index). Runs that ended 90 days ago are forgotten, and so is one
--   that nobody has gone on with for a day: what it has seen is too old. It begins with the customers: whose the rest is
--   may hang on a link that is made there.
-- Locks: the rows that it forgets. Answers: billing.reconcile_run, without drifts. Called by: Reconcile.
create or replace function public.start_reconcile_run(p_run_id uuid, p_repairs boolean, p_now timestamptz) returns jsonb
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
  values (p_run_id, p_now, p_now, p_repairs, 'customers')
  on conflict do nothing;
  select * into strict v_run from public.reconcile_runs r where r.finished_at is null and r.repairs = p_repairs;
  return billing.reconcile_run(v_run, 0);
end
$$;

notify pgrst, 'reload schema';
