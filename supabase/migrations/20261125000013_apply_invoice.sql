-- billing.apply_invoice(user, invoice): the invoice as last told. What is paid or void stays so; otherwise the newest
-- word counts, and within one second the later state.
--
-- Locks: the caller holds the user's row; then the invoice's row.
-- Answers: whether access may have changed: a period was paid, or an invoice given up.
-- Called by: billing.apply_change.
drop function billing.apply_invoice(uuid, jsonb);
create function billing.apply_invoice(p_user_id uuid, p_invoice jsonb) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_row public.subscription_invoices;
  v_status text := p_invoice ->> 'status';
  v_final boolean := v_status in ('paid', 'void');
  v_at timestamptz := billing.from_seconds(p_invoice ->> 'snapshot_at');
  v_rank smallint := coalesce((p_invoice ->> 'snapshot_rank')::smallint, 0);
begin
  select * into v_row from public.subscription_invoices i where i.invoice_id = p_invoice ->> 'invoice_id' for update;
  if found and (v_row.user_id <> p_user_id or (v_row.status in ('paid', 'void') and not v_final)
    or ((v_row.status in ('paid', 'void')) = v_final and (v_at, v_rank) <= (v_row.snapshot_at, v_row.snapshot_rank)))
  then
    return false;
  end if;
  insert into public.subscription_invoices as i (
    invoice_id, user_id, subscription_id, status, billing_reason, number, amount_due, amount_paid, currency,
    hosted_invoice_url, period_end, invoiced_at, snapshot_at, snapshot_rank)
  values (
    p_invoice ->> 'invoice_id', p_user_id, p_invoice ->> 'subscription_id', v_status,
    p_invoice ->> 'billing_reason', p_invoice ->> 'number', (p_invoice ->> 'amount_due')::bigint,
    (p_invoice ->> 'amount_paid')::bigint, p_invoice ->> 'currency', p_invoice ->> 'hosted_invoice_url',
    billing.from_seconds(p_invoice ->> 'period_end'), billing.from_seconds(p_invoice ->> 'invoiced_at'), v_at, v_rank)
  on conflict (invoice_id) do update set
    status = excluded.status, number = excluded.number, amount_due = excluded.amount_due,
    amount_paid = excluded.amount_paid, hosted_invoice_url = excluded.hosted_invoice_url,
    period_end = excluded.period_end, snapshot_at = greatest(i.snapshot_at, excluded.snapshot_at),
    snapshot_rank = excluded.snapshot_rank;
  return v_row.status is distinct from v_status and (v_status in ('paid', 'uncollectible', 'void')
    or v_row.status = 'uncollectible');
end
$$;
