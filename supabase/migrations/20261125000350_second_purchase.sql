-- billing.is_second_purchase(user, source, now): whether this snapshot's source and another of this user's are live, of
-- which a user buys one: two subscriptions, or one plan twice for life.
-- Called by: apply_stripe_event.
create or replace function billing.is_second_purchase(p_user_id uuid, p_source jsonb, p_now timestamptz) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  -- Most users have nothing else, which is said sooner than what of it is live.
  return exists (
    select from public.user_entitlements other
    where other.user_id = p_user_id and other.source_id <> p_source ->> 'source_id' and other.bought_once)
  and exists (
    select from public.user_entitlements mine
    join public.user_entitlements other on other.user_id = mine.user_id and other.id <> mine.id
      and other.source_kind = mine.source_kind
    where mine.user_id = p_user_id and mine.source_id = p_source ->> 'source_id'
      and (mine.source_kind = 'subscription' or other.plan = mine.plan)
      and billing.is_live_purchase(mine, p_now) and billing.is_live_purchase(other, p_now));
end
$$;
