-- billing.is_paid_back(payment, amount): whether all that was paid has gone back, so that the same can be bought again.
-- Called by: reserve_checkout_attempt.
create function billing.is_paid_back(p_payment_id text, p_amount_paid bigint) returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(
    bool_or(r.kind = 'dispute' and r.status = 'lost')
    or sum(r.amount) filter (where r.kind = 'refund' and r.status in ('succeeded', 'pending', 'requires_action'))
      >= p_amount_paid, false)
  from public.payment_reversals r where r.payment_id = p_payment_id
$$;
