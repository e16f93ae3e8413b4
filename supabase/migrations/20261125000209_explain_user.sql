-- billing.took_effect_at(event): when an event counted: as it came, or, kept at first, when it was applied after all.
create function billing.took_effect_at(p_event public.stripe_events) returns timestamptz
language sql immutable
set search_path = ''
as $$
  select case
    when p_event.attempts > 1 then greatest(p_event.received_at, p_event.settled_at) else p_event.received_at end
$$;

-- billing.rewind_user(user, at): sets one user's rows back to what they were at this instant, within a transaction that
-- the caller undoes.
--
-- Promises: a source that has not changed since stays as it is; one that has is made anew from the ledger, by the same
--   function that made it. What came without an event (the page after a checkout, a reconciliation) and was changed
--   since is not told: the event that followed it is.
-- Locks: the user's row, then sources, reversals, invoices. Called by: explain_user.
create function billing.rewind_user(p_user_id uuid, p_at timestamptz) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_event public.stripe_events;
begin
  perform 1 from public.billing_users u where u.user_id = p_user_id for update;
  delete from public.user_entitlements s
  where s.user_id = p_user_id and s.updated_at > p_at and (s.source_kind <> 'manual' or s.created_at > p_at);
  -- A grant by hand changes once, when it is revoked.
  update public.user_entitlements s
  set status = 'active', terminal = false, grants_access = true, expires_at = s.expires_bound
  where s.user_id = p_user_id and s.source_kind = 'manual' and s.updated_at > p_at;
  delete from public.payment_reversals r where r.user_id = p_user_id;
  delete from public.subscription_invoices i where i.user_id = p_user_id;
  for v_event in
    select * from public.stripe_events e
    where e.user_id = p_user_id and e.outcome in ('applied', 'stale') and e.change ->> 'kind' = 'change'
      and billing.took_effect_at(e) <= p_at
    order by billing.took_effect_at(e), e.created, e.event_id
  loop
    begin
      perform billing.apply_change(p_user_id, v_event.change, v_event.event_id, billing.took_effect_at(v_event));
    exception when sqlstate 'TG001' or sqlstate 'TG003' then
      continue;
    end;
  end loop;
end
$$;

-- explain_user(user, at, rewind, events_max): all that decides about one user's access at an instant.
--
-- `p_rewind` tells an instant that is past from the present one.
-- Promises: nothing is changed: the past is made in a transaction that is undone.
-- Locks: of the past, those of billing.rewind_user, until it is undone; of the present, nothing.
-- Answers: { customer_id, entitlements, sources: all of them, those that are over too, events: newest first, acts }
-- Called by: ExplainAccess.
create function public.explain_user(p_user_id uuid, p_at timestamptz, p_rewind boolean, p_events_max integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_state jsonb;
begin
  begin
    if p_rewind then
      perform billing.rewind_user(p_user_id, p_at);
    end if;
    v_state := jsonb_build_object(
      'entitlements', public.get_user_entitlements(p_user_id, p_at),
      'sources', coalesce((
        select jsonb_agg(jsonb_build_object(
          'kind', s.source_kind, 'source_id', s.source_id, 'status', s.status, 'grants_access', s.grants_access,
          'terminal', s.terminal, 'expires_at', billing.epoch_ms(s.expires_at), 'items', s.items,
          'stripe_event_id', s.stripe_event_id, 'snapshot_at', billing.epoch_ms(s.snapshot_at)) order by s.id)
        from public.user_entitlements s where s.user_id = p_user_id), '[]'::jsonb));
    raise exception 'rewound' using errcode = 'TG009';
  exception when sqlstate 'TG009' then
    null;
  end;
  return v_state || jsonb_build_object(
    'customer_id', (select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id),
    'events', coalesce((
      select jsonb_agg(billing.ledger_entry(e) order by e.received_at desc, e.event_id) from (
        select * from public.stripe_events l
        where l.user_id = p_user_id and l.received_at <= p_at
        order by l.received_at desc, l.event_id limit p_events_max) e), '[]'::jsonb),
    'acts', coalesce((
      select jsonb_agg(jsonb_build_object(
        'at', billing.epoch_ms(a.at), 'action', a.action, 'source_id', a.source_id, 'operator', a.operator,
        'reason', a.reason) order by a.at desc)
      from public.entitlement_audit a where a.user_id = p_user_id and a.at <= p_at), '[]'::jsonb));
end
$$;
revoke execute on function public.explain_user from public, anon, authenticated;
grant execute on function public.explain_user to service_role;

notify pgrst, 'reload schema';
