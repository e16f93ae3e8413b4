-- get_user_entitlements(user, now): the one shape in which a user's access leaves the database.
--
-- Promises: the user's version (epoch, then counter), the sources that can give access at or after `p_now`, and the
--   facts that may withhold each, read as of one instant (it is `stable`), so that version and sources belong together (I4).
--   In a language whose plans are kept for a session: every event asks. As `json`, which is written as it is built: whoever asks
--   from without wants its text.
-- Locks: nothing.
-- Answers: { user_id, epoch, version, sources: [...] }; a user who never bought has version 0 and no sources.
-- Called by: a check that missed every cache, and by every function that changes a user's access.
drop function public.get_user_entitlements(uuid, timestamptz);
create function public.get_user_entitlements(p_user_id uuid, p_now timestamptz) returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_facts jsonb;
begin
  -- Most users have nothing that may withhold, which two indexes say sooner than the facts themselves.
  perform from public.payment_reversals r where r.user_id = p_user_id
  union all
  select from public.subscription_invoices i where i.user_id = p_user_id and i.status in ('void', 'uncollectible');
  if found then
    v_facts := (
      select jsonb_object_agg(h.source_id, h.facts) from (
        select f.source_id,
          jsonb_agg(f.fact order by f.fact ->> 'kind', f.fact ->> 'object_id', f.fact ->> 'period_end') as facts
        from billing.hold_facts(p_user_id) f
        where f.source_id is not null
        group by f.source_id) h);
  end if;
  return json_build_object(
    'user_id', p_user_id,
    'epoch', coalesce((select e.epoch from public.billing_epoch e), 1),
    'version', coalesce((select u.entitlement_version from public.billing_users u where u.user_id = p_user_id), 0),
    'sources', coalesce((
      select json_agg(json_build_object(
        'kind', s.source_kind,
        'source_id', s.source_id,
        'status', s.status,
        'plan', s.plan,
        'plan_version', s.plan_version,
        'quantity', s.quantity,
        'items', s.items,
        'expires_at', (extract(epoch from s.expires_at) * 1000)::bigint,
        'renews_at', (extract(epoch from s.renews_at) * 1000)::bigint,
        'cancels_at', (extract(epoch from s.cancels_at) * 1000)::bigint,
        'past_due_since', case when s.status = 'past_due' then billing.epoch_ms(billing.past_due_since(
          s.past_due_entered_at, s.not_past_due_at, s.past_due_seen_at, s.snapshot_at)) end,
        'paid_at', case when s.duration is not null then (extract(epoch from s.paid_at) * 1000)::bigint end,
        'duration_ms', (extract(epoch from s.duration) * 1000)::bigint,
        'paid_through', case when s.source_kind = 'subscription' then
          (
            -- A maximum over its invoices, so that every order of their events ends alike.
            select (extract(epoch from max(i.period_end)) * 1000)::bigint from public.subscription_invoices i
            where i.subscription_id = s.source_id and i.status = 'paid'
              and i.billing_reason in ('subscription_create', 'subscription_cycle')) end,
        'stripe_event_id', s.stripe_event_id,
        'holds', case when s.status = 'paused' then '[{"kind": "pause"}]'::jsonb else '[]'::jsonb end || coalesce(
          v_facts -> s.source_id, '[]'::jsonb)
      ) order by s.id)
      from public.user_entitlements s
      where s.user_id = p_user_id and not s.terminal and (s.grants_access or s.status = 'paused')
        and (s.expires_at is null or s.expires_at > p_now
          or (s.duration is not null and s.source_id = any ((select billing.passes_alive(p_user_id, p_now))::text[])))
    ), '[]'::json));
end
$$;

revoke execute on function public.get_user_entitlements from public, anon, authenticated;
grant execute on function public.get_user_entitlements to service_role;
