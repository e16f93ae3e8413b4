-- compare_invoices(invoices): which invoices of Stripe's stand otherwise here, or not at all.
--
-- `p_invoices` are invoices that are paid or void, as apply_stripe_event takes them: no other status can follow, so what
--   differs need not be read once more.
-- Locks: nothing. Answers: an array of invoice ids. Called by: Reconcile.
create function public.compare_invoices(p_invoices jsonb) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(told ->> 'invoice_id'), '[]'::jsonb)
  from jsonb_array_elements(p_invoices) told
  left join public.subscription_invoices i on i.invoice_id = told ->> 'invoice_id'
  where i.status is distinct from told ->> 'status'
$$;
revoke execute on function public.compare_invoices from public, anon, authenticated;
grant execute on function public.compare_invoices to service_role;

notify pgrst, 'reload schema';
