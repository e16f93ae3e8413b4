-- F40: whether a user buys it once, so that a second one beside it is a mistake of ours: a subscription of a plan,
-- what lasts for life. Packs, passes and add-ons may be bought again.
alter table public.user_entitlements add column bought_once boolean not null default false;

-- billing.is_live_purchase(source, now): whether it was bought once and gives access now.
create function billing.is_live_purchase(p_source public.user_entitlements, p_now timestamptz) returns boolean
language sql stable
set search_path = ''
as $$
  select p_source.bought_once and p_source.grants_access and not p_source.terminal
    and (p_source.expires_at is null or p_source.expires_at > p_now)
    and not (p_source.source_kind = 'payment' and billing.is_paid_back(p_source.source_id, p_source.amount_paid))
$$;

-- billing.is_second_purchase(user, source, now): whether this snapshot's source and another of this user's are live, of
-- which a user buys one: two subscriptions, or one plan twice for life.
-- Called by: apply_stripe_event.
create function billing.is_second_purchase(p_user_id uuid, p_source jsonb, p_now timestamptz) returns boolean
language sql stable
set search_path = ''
as $$
  select exists (
    select 1 from public.user_entitlements mine
    join public.user_entitlements other on other.user_id = mine.user_id and other.id <> mine.id
      and other.source_kind = mine.source_kind
    where mine.user_id = p_user_id and mine.source_id = p_source ->> 'source_id'
      and (mine.source_kind = 'subscription' or other.plan = mine.plan)
      and billing.is_live_purchase(mine, p_now) and billing.is_live_purchase(other, p_now))
$$;

-- list_second_purchases(limit, now): users who pay twice for what is bought once.
--
-- Locks: nothing. Answers: an array of { user_id, kind, plan, source_ids: oldest first }, at most `p_limit` long.
-- Called by: Reconcile, the operator's `doctor`.
create function public.list_second_purchases(p_limit integer, p_now timestamptz) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  -- Those that may be are few: only of them it is looked at whether each is live.
  with candidate as (
    select s.user_id, s.source_kind, case when s.source_kind <> 'subscription' then s.plan end as plan
    from public.user_entitlements s
    where s.bought_once and s.grants_access and not s.terminal
    group by 1, 2, 3
    having count(*) > 1
  )
  select coalesce(jsonb_agg(to_jsonb(twice) order by twice.user_id), '[]'::jsonb) from (
    select s.user_id, s.source_kind as kind, min(s.plan) as plan, jsonb_agg(s.source_id order by s.id) as source_ids
    from candidate c
    join public.user_entitlements s on s.user_id = c.user_id and s.source_kind = c.source_kind
      and s.plan = coalesce(c.plan, s.plan)
    where billing.is_live_purchase(s, p_now)
    group by s.user_id, s.source_kind, c.plan
    having count(*) > 1
    order by s.user_id limit p_limit) twice
$$;
revoke execute on function public.list_second_purchases from public, anon, authenticated;
grant execute on function public.list_second_purchases to service_role;
