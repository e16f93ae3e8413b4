-- billing.ledger_entry(event): one row of the ledger as it leaves the database, without its body.
create function billing.ledger_entry(p_event public.stripe_events) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'event_id', p_event.event_id,
    'type', p_event.type,
    'created', extract(epoch from p_event.created)::bigint,
    'livemode', p_event.livemode,
    'api_version', p_event.api_version,
    'object_id', p_event.object_id,
    'customer_id', p_event.customer_id,
    'user_id', p_event.user_id,
    'outcome', p_event.outcome,
    'reason', p_event.reason,
    'attempts', p_event.attempts,
    'received_at', billing.epoch_ms(p_event.received_at),
    'settled_at', billing.epoch_ms(p_event.settled_at))
$$;

-- list_stripe_events(filter, limit): what the ledger holds, newest first.
--
-- `p_filter` may name: outcome, reason, type, user_id, event_ids, since and until (seconds; `until` is not included),
--   and before: { created, event_id }, the last row of the page before this one.
-- Locks: nothing. Answers: an array of billing.ledger_entry, at most `p_limit` long.
-- Called by: the operator's `events`, the replay.
create function public.list_stripe_events(p_filter jsonb, p_limit integer) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(billing.ledger_entry(listed) order by listed.created desc, listed.event_id desc), '[]'::jsonb)
  from (
    select e.* from public.stripe_events e
    where (p_filter ->> 'outcome' is null or e.outcome = p_filter ->> 'outcome')
      and (p_filter ->> 'reason' is null or e.reason = p_filter ->> 'reason')
      and (p_filter ->> 'type' is null or e.type = p_filter ->> 'type')
      and (p_filter ->> 'user_id' is null or e.user_id = (p_filter ->> 'user_id')::uuid)
      and (p_filter -> 'event_ids' is null
        or e.event_id in (select jsonb_array_elements_text(p_filter -> 'event_ids')))
      and (p_filter ->> 'since' is null or e.created >= billing.from_seconds(p_filter ->> 'since'))
      and (p_filter ->> 'until' is null or e.created < billing.from_seconds(p_filter ->> 'until'))
      and (p_filter -> 'before' is null
        or (e.created, e.event_id) < (
          billing.from_seconds(p_filter -> 'before' ->> 'created'), p_filter -> 'before' ->> 'event_id'))
    order by e.created desc, e.event_id desc
    limit p_limit) listed
$$;
revoke execute on function public.list_stripe_events from public, anon, authenticated;
grant execute on function public.list_stripe_events to service_role;

-- get_stripe_event(event): one row of the ledger with its body and what it was taken to mean; null where it is not there.
--
-- Locks: nothing. `payload_base64` is null where the body's time is over.
-- Called by: the operator's `events show`, the replay.
create function public.get_stripe_event(p_event_id text) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select billing.ledger_entry(e) || jsonb_build_object(
    'change', e.change, 'payload_base64', translate(encode(e.payload, 'base64'), E'\n', ''))
  from public.stripe_events e where e.event_id = p_event_id
$$;
revoke execute on function public.get_stripe_event from public, anon, authenticated;
grant execute on function public.get_stripe_event to service_role;
