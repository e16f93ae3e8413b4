-- preview_stripe_events(events, now): what apply_stripe_event would answer to these events, one after the other.
--
-- `p_events` is an array of { event, change }, the arguments of apply_stripe_event, of one user and in order.
-- Promises: the answers are those of the real function, in a transaction of its own that is undone; nothing is left
--   of it. Locks: those of apply_stripe_event, until it is undone.
-- Answers: { answers: one for each event, before: the access that each user among them has now }
-- Called by: the dry run of a replay, and of a reconciliation.
create or replace function public.preview_stripe_events(p_events jsonb, p_now timestamptz) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_entry jsonb;
  v_answers jsonb := '[]'::jsonb;
begin
  begin
    for v_entry in select * from jsonb_array_elements(p_events) loop
      v_answers := v_answers || public.apply_stripe_event(v_entry -> 'event', v_entry -> 'change', p_now)::jsonb;
    end loop;
    -- Undoes the block; variables keep their values.
    raise exception 'preview' using errcode = 'TG009';
  exception when sqlstate 'TG009' then
    null;
  end;
  return jsonb_build_object('answers', v_answers, 'before', coalesce((
    select jsonb_agg(public.get_user_entitlements(users.user_id, p_now)) from (
      select distinct (answer ->> 'user_id')::uuid as user_id from jsonb_array_elements(v_answers) answer
      where answer ->> 'user_id' is not null) users), '[]'::jsonb));
end
$$;
