-- get_billing_account(user, now, invoices_max): what the account page shows of one user, in one read.
--
-- Answers: { entitlements, invoices: newest first, customer_id, subscribed_before, trials }. Locks: nothing. Called by:
-- ReadBillingAccount, OpenBillingPortal.
create or replace function public.get_billing_account(p_user_id uuid, p_now timestamptz, p_invoices_max integer) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'entitlements', public.get_user_entitlements(p_user_id, p_now),
    'customer_id', (select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id),
    'subscribed_before', billing.subscribed_before(p_user_id),
    'trials', billing.trials_of(p_user_id),
    'invoices', coalesce((
      select jsonb_agg(to_jsonb(i)) from (
        select s.invoice_id, s.number, s.status, s.amount_due, s.amount_paid, s.currency,
          billing.epoch_ms(s.invoiced_at) as created_at, s.hosted_invoice_url
        from public.subscription_invoices s
        where s.user_id = p_user_id
        order by s.invoiced_at desc, s.invoice_id
        limit p_invoices_max) i), '[]'::jsonb))
$$;
revoke execute on function public.get_billing_account from public, anon, authenticated;
grant execute on function public.get_billing_account to service_role;

notify pgrst, 'reload schema';
