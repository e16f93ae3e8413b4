-- claim_outbox(limit, lease, now): the messages that are due, for one deliverer to deliver.
--
-- Promises: a message is in one hand until its lease is over; of one user only the oldest that was not given up is
--   given out, so theirs are delivered in order; what was given up 90 days ago is forgotten.
-- Locks: the rows that it gives out, skipping those in use.
-- Answers: an array, oldest first, of { id, message_id, user_id, topic, attempt, created_at, stripe_event_id,
--   entitlements }; `entitlements` as they are now, so that no message carries an older state than one before it (F57).
-- Called by: DrainOutbox.
create function public.claim_outbox(p_limit integer, p_lease_seconds integer, p_now timestamptz) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_claimed bigint[];
begin
  delete from public.outbox o where o.dead_at < p_now - interval '90 days';
  with due as (
    select o.id from public.outbox o
    where o.dead_at is null and o.not_before <= p_now and not exists (
      select 1 from public.outbox e where e.user_id = o.user_id and e.id < o.id and e.dead_at is null)
    order by o.not_before, o.id limit p_limit for update skip locked
  ), claimed as (
    update public.outbox o
    set attempts = o.attempts + 1, not_before = p_now + make_interval(secs => p_lease_seconds)
    from due where o.id = due.id
    returning o.id
  )
  select array_agg(c.id) into v_claimed from claimed c;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', o.id, 'message_id', o.message_id, 'user_id', o.user_id, 'topic', o.topic, 'attempt', o.attempts,
      'created_at', billing.epoch_ms(o.created_at), 'stripe_event_id', o.stripe_event_id,
      'entitlements', public.get_user_entitlements(o.user_id, p_now)) order by o.id)
    from public.outbox o where o.id = any (v_claimed)), '[]'::jsonb);
end
$$;
revoke execute on function public.claim_outbox from public, anon, authenticated;
grant execute on function public.claim_outbox to service_role;
