-- billing.end_customer(user, customer, now): the customer was deleted at Stripe. The link is kept as ended, so that
-- what still comes of it finds its user, and the next checkout makes a new customer.
-- Locks: the caller holds the user's row. Called by: billing.apply_change.
create function billing.end_customer(p_user_id uuid, p_customer_id text, p_now timestamptz) returns void
language sql
set search_path = ''
as $$
  update public.billing_users u set stripe_customer_id = null
  where u.user_id = p_user_id and u.stripe_customer_id = p_customer_id;
  insert into public.ended_customers (stripe_customer_id, user_id, ended_at)
  values (p_customer_id, p_user_id, p_now)
  on conflict (stripe_customer_id) do nothing
$$;
