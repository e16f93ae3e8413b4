-- billing.apply_invoice_payment(payment): remembers which payment paid which invoice, for good.
--
-- Promises: one payment of one invoice is one row and counts once; what the payment says of itself (`inpay_...`)
--   stands over what an invoice of an older version says of it, in whichever order they come.
-- Answers: whether it is new and the payment was taken back already, so that a source is held for it now.
-- Called by: apply_stripe_event.
drop function billing.apply_invoice_payment(jsonb);
create function billing.apply_invoice_payment(p_payment jsonb) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  insert into public.invoice_payments (invoice_payment_id, invoice_id, payment_kind, payment_id, amount_paid, paid_at)
  values (
    p_payment ->> 'invoice_payment_id', p_payment ->> 'invoice_id', p_payment ->> 'payment_kind',
    p_payment ->> 'payment_id', (p_payment ->> 'amount_paid')::bigint,
    billing.from_seconds(p_payment ->> 'paid_at'))
  on conflict (payment_id, invoice_id) do update set
    invoice_payment_id = excluded.invoice_payment_id, amount_paid = excluded.amount_paid, paid_at = excluded.paid_at
  where not starts_with(invoice_payments.invoice_payment_id, 'inpay_')
    and starts_with(excluded.invoice_payment_id, 'inpay_');
  return found
    and exists (select 1 from public.payment_reversals r where r.payment_id = p_payment ->> 'payment_id');
end
$$;
