-- What looks in another way each time is planned each time: a plan for every argument there may be reads the whole ledger.

-- list_stripe_events(filter, limit): what the ledger holds, newest first.
--
-- `p_filter` may name: outcome, reason, type, user_id, event_ids, since and until (seconds; `until` is not included),
--   and before: { created, event_id }, the last row of the page before this one.
-- Locks: nothing. Answers: an array of billing.ledger_entry, at most `p_limit` long.
-- Called by: the operator's `events`, the replay.
create or replace function public.list_stripe_events(p_filter jsonb, p_limit integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_outcome text := p_filter ->> 'outcome';
  v_reason text := p_filter ->> 'reason';
  v_type text := p_filter ->> 'type';
  v_user_id uuid := p_filter ->> 'user_id';
  v_event_ids text[] := case when p_filter ? 'event_ids' then array(
    select jsonb_array_elements_text(p_filter -> 'event_ids')) end;
  v_since timestamptz := billing.from_seconds(p_filter ->> 'since');
  v_until timestamptz := billing.from_seconds(p_filter ->> 'until');
  v_before timestamptz := billing.from_seconds(p_filter -> 'before' ->> 'created');
  v_before_id text := p_filter -> 'before' ->> 'event_id';
begin
  return coalesce((
    select jsonb_agg(billing.ledger_entry(listed) order by listed.created desc, listed.event_id desc)
    from (
      select e.* from public.stripe_events e
      where (v_outcome is null or e.outcome = v_outcome)
        and (v_reason is null or e.reason = v_reason)
        and (v_type is null or e.type = v_type)
        and (v_user_id is null or e.user_id = v_user_id)
        and (v_event_ids is null or e.event_id = any (v_event_ids))
        and (v_since is null or e.created >= v_since)
        and (v_until is null or e.created < v_until)
        and (v_before is null or (e.created, e.event_id) < (v_before, v_before_id))
      order by e.created desc, e.event_id desc
      limit p_limit) listed), '[]'::jsonb);
end
$$;

alter function public.claim_outbox set plan_cache_mode = 'force_custom_plan';

notify pgrst, 'reload schema';
