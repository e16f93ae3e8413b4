-- get_outbox(dead_max): what waits in the outbox, and what was given up.
--
-- Locks: nothing.
-- Answers: { waiting, oldest_at, dead, first_dead: [{ message_id, user_id, topic, attempts, created_at, error }] };
--   `oldest_at` is when the oldest that waits was written, null where none does.
-- Called by: the operator's `outbox` and `doctor`.
create function public.get_outbox(p_dead_max integer) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'waiting', count(*) filter (where o.dead_at is null),
    'oldest_at', billing.epoch_ms(min(o.created_at) filter (where o.dead_at is null)),
    'dead', count(*) filter (where o.dead_at is not null),
    'first_dead', coalesce((
      select jsonb_agg(jsonb_build_object(
        'message_id', d.message_id, 'user_id', d.user_id, 'topic', d.topic, 'attempts', d.attempts,
        'created_at', billing.epoch_ms(d.created_at), 'error', d.last_error) order by d.id)
      from (
        select * from public.outbox w where w.dead_at is not null order by w.dead_at, w.id limit p_dead_max
      ) d), '[]'::jsonb))
  from public.outbox o
$$;
revoke execute on function public.get_outbox from public, anon, authenticated;
grant execute on function public.get_outbox to service_role;
