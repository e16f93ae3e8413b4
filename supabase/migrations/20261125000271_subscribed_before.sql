-- subscribed_before(user): whether a user ever had a subscription, which is whether they have had the trial (F89). One
-- whose first payment never came was none.
--
-- Called by: reserve_checkout_attempt, get_billing_account.
create function billing.subscribed_before(p_user_id uuid) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select 1 from public.user_entitlements s
    where s.user_id = p_user_id and s.source_kind = 'subscription'
      and s.status not in ('incomplete', 'incomplete_expired'))
$$;
