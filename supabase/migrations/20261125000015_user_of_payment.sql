-- billing.user_of_payment(payment): whose payment it is, as far as it is known here: of a one-time payment the user of
-- its source, else the user of an invoice that it is known to have paid, else who had it taken back.
-- Called by: apply_stripe_event.
create function billing.user_of_payment(p_payment_id text) returns uuid
language sql stable
set search_path = ''
as $$
  select coalesce(
    (select s.user_id from public.user_entitlements s where s.source_id = p_payment_id),
    (select i.user_id from public.invoice_payments p
     join public.subscription_invoices i on i.invoice_id = p.invoice_id
     where p.payment_id = p_payment_id limit 1),
    (select r.user_id from public.payment_reversals r where r.payment_id = p_payment_id limit 1))
$$;
