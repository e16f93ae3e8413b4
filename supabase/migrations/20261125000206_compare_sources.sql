-- billing.source_agrees(user, source): whether our row says of a source what this snapshot says.
create function billing.source_agrees(p_user_id uuid, p_source jsonb) returns boolean
language sql stable
set search_path = ''
as $$
  select exists (
    select 1 from public.user_entitlements s
    where s.source_id = p_source ->> 'source_id'
      and s.user_id = coalesce(p_user_id, s.user_id)
      and s.content = p_source -> 'content'
      and s.items = p_source -> 'items'
      and s.status = p_source ->> 'status'
      and s.terminal = (p_source ->> 'terminal')::boolean
      and s.grants_access = (p_source ->> 'grants_access')::boolean
      and s.expires_bound is not distinct from billing.from_seconds(p_source ->> 'expires_at')
      and s.duration is not distinct from make_interval(secs => (p_source ->> 'duration_seconds')::double precision))
$$;

-- compare_sources(run, changes): which sources of a page of Stripe's objects stand otherwise here.
--
-- `p_changes` are changes with a source each, as apply_stripe_event takes them.
-- Promises: reads alone decide nothing: what differs is to be read once more, as newer than the revision that is told
--   with it. What is over at Stripe and was never here does not differ.
-- Locks: nothing but what it remembers as seen. Answers: an array of { source_id, revision }; revision 0: no row.
-- Called by: Reconcile.
create function public.compare_sources(p_run_id uuid, p_changes jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
begin
  insert into public.reconcile_seen (run_id, source_id)
  select p_run_id, c -> 'source' ->> 'source_id' from jsonb_array_elements(p_changes) c
  on conflict do nothing;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'source_id', c -> 'source' ->> 'source_id', 'revision', coalesce(s.revision, 0)))
    from jsonb_array_elements(p_changes) c
    left join public.user_entitlements s on s.source_id = c -> 'source' ->> 'source_id'
    where not billing.source_agrees((c ->> 'user_id')::uuid, c -> 'source')
      and (s.id is not null or (c -> 'source' ->> 'grants_access')::boolean)), '[]'::jsonb);
end
$$;
revoke execute on function public.compare_sources from public, anon, authenticated;
grant execute on function public.compare_sources to service_role;

-- compare_customers(customers): which customers of Stripe's are not the ones that their users are linked to.
--
-- `p_customers` is an array of { customer_id, user_id }, the user as the customer's metadata names them.
-- Locks: nothing. Answers: an array of { customer_id, user_id, linked_customer_id }; a user who is gone is passed over.
-- Called by: Reconcile.
create function public.compare_customers(p_customers jsonb) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'customer_id', c ->> 'customer_id', 'user_id', a.id, 'linked_customer_id', u.stripe_customer_id)), '[]'::jsonb)
  from jsonb_array_elements(p_customers) c
  join auth.users a on a.id = (c ->> 'user_id')::uuid
  left join public.billing_users u on u.user_id = a.id
  where u.stripe_customer_id is distinct from c ->> 'customer_id'
$$;
revoke execute on function public.compare_customers from public, anon, authenticated;
grant execute on function public.compare_customers to service_role;

-- list_unseen_sources(run, after, limit, now): sources of Stripe's that give access here and that a run, having read all
-- of Stripe's objects, did not meet.
--
-- `p_after` is the last row of the page before. What came into being since the run began is passed over.
-- Locks: nothing. Answers: an array of { id, source_id, source_kind, user_id, plan, status }. Called by: Reconcile.
create function public.list_unseen_sources(p_run_id uuid, p_after bigint, p_limit integer, p_now timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(unseen) order by unseen.id), '[]'::jsonb) from (
    select s.id, s.source_id, s.source_kind, s.user_id, s.plan, s.status
    from public.user_entitlements s
    where s.id > p_after and s.source_kind <> 'manual' and s.grants_access
      and (s.expires_at is null or s.expires_at > p_now)
      and s.created_at < (select r.started_at from public.reconcile_runs r where r.run_id = p_run_id)
      and not exists (
        select 1 from public.reconcile_seen seen where seen.run_id = p_run_id and seen.source_id = s.source_id)
    order by s.id limit p_limit) unseen
$$;
revoke execute on function public.list_unseen_sources from public, anon, authenticated;
grant execute on function public.list_unseen_sources to service_role;

notify pgrst, 'reload schema';
