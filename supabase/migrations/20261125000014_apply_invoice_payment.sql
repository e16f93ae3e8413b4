-- billing.apply_invoice_payment(payment): remembers which payment paid which invoice, for good.
--
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
  on conflict (invoice_payment_id) do nothing;
  return found
    and exists (select 1 from public.payment_reversals r where r.payment_id = p_payment ->> 'payment_id');
end
$$;
