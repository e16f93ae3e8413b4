-- A reconciliation reads refunds and disputes as well.
alter table public.reconcile_runs drop constraint reconcile_runs_phase_check;
alter table public.reconcile_runs add constraint reconcile_runs_phase_check check (
  phase in ('subscriptions', 'payments', 'customers', 'refunds', 'disputes', 'sources', 'finished'));

-- compare_reversals(reversals): which refunds and disputes of a page of Stripe's stand otherwise here, or not at all.
--
-- `p_reversals` are reversals, as apply_stripe_event takes them.
-- Promises: as compare_sources: what differs is to be read once more, as newer than the revision that is told with it.
-- Locks: nothing. Answers: an array of { object_id, revision, status, amount }; revision 0: no row.
-- Called by: Reconcile.
create function public.compare_reversals(p_reversals jsonb) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'object_id', told ->> 'object_id', 'revision', coalesce(r.revision, 0), 'status', r.status, 'amount', r.amount)),
    '[]'::jsonb)
  from jsonb_array_elements(p_reversals) told
  left join public.payment_reversals r on r.object_id = told ->> 'object_id'
  where (r.status, r.amount) is distinct from (told ->> 'status', (told ->> 'amount')::bigint)
$$;
revoke execute on function public.compare_reversals from public, anon, authenticated;
grant execute on function public.compare_reversals to service_role;

notify pgrst, 'reload schema';
