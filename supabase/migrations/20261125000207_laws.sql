-- The laws: what must hold in the tables at any time. One function a law, `billing.law_<name>`, gives the ids of those
-- that break it; the names and sentences stand in src/features/billing/application/invariants/laws.ts.

-- I1: the event that last changed a source stands in the ledger as applied.
create function billing.law_event_of_a_source_was_applied(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select s.source_id from public.user_entitlements s
  left join public.stripe_events e on e.event_id = s.stripe_event_id
  where s.stripe_event_id is not null and e.outcome is distinct from 'applied'
$$;

-- I3: no event was committed while it was in progress.
create function billing.law_no_event_is_half_done(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select e.event_id from public.stripe_events e where e.outcome = 'unresolved' and e.reason = 'in_progress'
$$;

-- I4: a user who has a source has a version.
create function billing.law_access_came_with_a_version(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select u.user_id::text from public.billing_users u
  where u.entitlement_version = 0
    and exists (select 1 from public.user_entitlements s where s.user_id = u.user_id)
$$;

-- I5: a subscription that gives access has an instant at which it ends.
create function billing.law_subscription_access_ends(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select s.source_id from public.user_entitlements s
  where s.source_kind = 'subscription' and s.grants_access and s.expires_at is null
$$;

-- I2: what is over for good gives no access.
create function billing.law_terminal_gives_no_access(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select s.source_id from public.user_entitlements s where s.terminal and s.grants_access
$$;

-- I5: a subscription that is past due ends no later than its grace from the moment it became so.
create function billing.law_grace_ends_in_time(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select s.source_id from public.user_entitlements s
  where s.status = 'past_due' and not coalesce(s.expires_at <= s.past_due_grace + billing.past_due_since(
    s.past_due_entered_at, s.not_past_due_at, s.past_due_seen_at, s.snapshot_at), false)
$$;

-- I5: a payment for a time gives access for that time and no longer.
create function billing.law_pass_ends_in_time(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select s.source_id from public.user_entitlements s
  where s.source_kind = 'payment' and s.duration is not null
    and s.expires_at is distinct from s.paid_at + s.duration
$$;

-- I2: nothing is kept for want of a user whose customer is linked (F7).
create function billing.law_linked_customer_has_nothing_kept(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select e.event_id from public.stripe_events e
  join public.billing_users u on u.stripe_customer_id = e.customer_id
  join auth.users a on a.id = u.user_id
  where e.outcome = 'unresolved' and e.reason = 'unknown_user'
    and coalesce(e.change ->> 'user_id', u.user_id::text) = u.user_id::text
$$;

-- An open checkout has a session that ends (F61).
create function billing.law_open_attempt_has_an_end(p_now timestamptz) returns setof text
language sql stable
set search_path = ''
as $$
  select a.attempt_id::text from public.checkout_attempts a
  where a.status = 'open' and (a.session_id is null or a.session_expires_at is null)
$$;

-- check_laws(now): every law, with how many break it and the first ten of them.
--
-- Locks: nothing. Answers: an array of { law, count, first }, by name. A law is a function `billing.law_<name>`: one that
--   is added is run. Called by: CheckLaws, for `doctor`, the scheduled check and the property suite.
create function public.check_laws(p_now timestamptz) returns jsonb
language plpgsql stable
security definer
set search_path = ''
set statement_timeout = '10s'
as $$
declare
  v_function text;
  v_verdict jsonb;
  v_verdicts jsonb := '[]'::jsonb;
begin
  for v_function in
    select p.proname from pg_catalog.pg_proc p
    where p.pronamespace = 'billing'::regnamespace and p.proname ^@ 'law_' order by p.proname
  loop
    execute format(
      'select jsonb_build_object(''law'', %L, ''count'', count(*),
         ''first'', coalesce(jsonb_agg(id) filter (where place <= 10), ''[]''::jsonb))
       from (select id, row_number() over (order by id) as place from billing.%I($1) as id) offenders',
      substr(v_function, 5), v_function) into v_verdict using p_now;
    v_verdicts := v_verdicts || v_verdict;
  end loop;
  return v_verdicts;
end
$$;
revoke execute on function public.check_laws from public, anon, authenticated;
grant execute on function public.check_laws to service_role;

notify pgrst, 'reload schema';
