-- billing.hold_facts(user): everything that may withhold a source of this user, a row a fact. Whether it does is the
-- policy's to say, when it is read.
--
-- Promises: what a payment paid for follows from the invoices that are known to be paid with it, else it is a
--   one-time payment and its own source. Nothing here depends on which of them was learned first.
-- Answers: (source_id, fact); a refund fact sums the refunds of one payment, in the minor unit.
-- Called by: get_user_entitlements.
create function billing.hold_facts(p_user_id uuid) returns table (source_id text, fact jsonb)
language sql stable
set search_path = ''
as $$
  with reversals as (
    select r.*, coalesce(i.subscription_id, r.payment_id) as source_id, billing.epoch_ms(i.period_end) as period_end
    from public.payment_reversals r
    left join public.invoice_payments p on p.payment_id = r.payment_id
    left join public.subscription_invoices i on i.invoice_id = p.invoice_id
    where r.user_id = p_user_id
  )
  select r.source_id, jsonb_build_object(
    'kind', 'refund', 'object_id', r.payment_id, 'period_end', r.period_end,
    'settled', coalesce(sum(r.amount) filter (where r.status = 'succeeded'), 0),
    'pending', coalesce(sum(r.amount) filter (where r.status in ('pending', 'requires_action')), 0),
    'paid', coalesce(
      (select sum(p.amount_paid) from public.invoice_payments p where p.payment_id = r.payment_id),
      (select s.amount_paid from public.user_entitlements s where s.source_id = r.payment_id)))
  from reversals r
  where r.kind = 'refund' and r.status in ('succeeded', 'pending', 'requires_action')
  group by r.source_id, r.payment_id, r.period_end
  union all
  select r.source_id, jsonb_build_object(
    'kind', r.kind, 'object_id', r.object_id, 'status', r.status, 'period_end', r.period_end)
  from reversals r
  where r.kind <> 'refund'
  union all
  select i.subscription_id, jsonb_build_object(
    'kind', 'invoice', 'object_id', i.invoice_id, 'status', i.status, 'period_end', billing.epoch_ms(i.period_end))
  from public.subscription_invoices i
  where i.user_id = p_user_id and i.status in ('void', 'uncollectible')
$$;
