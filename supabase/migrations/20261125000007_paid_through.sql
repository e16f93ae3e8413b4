-- billing.paid_through(subscription): the end of the latest period that was paid for, a maximum over its invoices, so
-- that every order of their events ends alike; null where none was.
-- Called by: get_user_entitlements.
create function billing.paid_through(p_subscription_id text) returns timestamptz
language sql stable
set search_path = ''
as $$
  select max(i.period_end) from public.subscription_invoices i
  where i.subscription_id = p_subscription_id and i.status = 'paid'
    and i.billing_reason in ('subscription_create', 'subscription_cycle')
$$;
