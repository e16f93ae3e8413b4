-- billing.apply_hold(source, kind, object, placed, at, rank, event): keeps what withholds access, newest word first.
--
-- Promises (I4): an older word never overwrites a newer one. A hold may come before its source.
-- Locks: the caller holds the user's row; then the hold's row.
-- Answers: whether the hold changed.
-- Called by: billing.apply_change.
create function billing.apply_hold(
  p_source_id text, p_kind text, p_object_id text, p_placed boolean, p_at timestamptz, p_rank smallint, p_event_id text
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_placed boolean;
begin
  select h.placed into v_placed from public.entitlement_holds h
  where h.source_id = p_source_id and h.kind = p_kind and h.object_id = p_object_id for update;
  if not found then
    -- A hold that was never placed needs no row to be absent.
    if p_placed then
      insert into public.entitlement_holds values (p_source_id, p_kind, p_object_id, true, p_at, p_rank, p_event_id);
    end if;
    return p_placed;
  end if;
  update public.entitlement_holds h
  set placed = p_placed, snapshot_at = p_at, snapshot_rank = p_rank, stripe_event_id = p_event_id
  where h.source_id = p_source_id and h.kind = p_kind and h.object_id = p_object_id
    and (h.snapshot_at, h.snapshot_rank) <= (p_at, p_rank);
  return found and v_placed <> p_placed;
end
$$;

-- billing.apply_invoice(user, invoice): the invoice as last told. `paid` is final; otherwise the newest word counts.
--
-- Locks: the caller holds the user's row; then the invoice's row. Called by: billing.apply_change.
create function billing.apply_invoice(p_user_id uuid, p_invoice jsonb) returns void
language sql
set search_path = ''
as $$
  insert into public.subscription_invoices as i (
    invoice_id, user_id, subscription_id, status, billing_reason, number, amount_due, amount_paid, currency,
    hosted_invoice_url, period_end, invoiced_at, snapshot_at)
  values (
    p_invoice ->> 'invoice_id', p_user_id, p_invoice ->> 'subscription_id', p_invoice ->> 'status',
    p_invoice ->> 'billing_reason', p_invoice ->> 'number', (p_invoice ->> 'amount_due')::bigint,
    (p_invoice ->> 'amount_paid')::bigint, p_invoice ->> 'currency', p_invoice ->> 'hosted_invoice_url',
    billing.from_seconds(p_invoice ->> 'period_end'), billing.from_seconds(p_invoice ->> 'invoiced_at'),
    billing.from_seconds(p_invoice ->> 'snapshot_at'))
  on conflict (invoice_id) do update set
    status = excluded.status, number = excluded.number, amount_due = excluded.amount_due,
    amount_paid = excluded.amount_paid, hosted_invoice_url = excluded.hosted_invoice_url,
    period_end = excluded.period_end, snapshot_at = excluded.snapshot_at
  where i.user_id = excluded.user_id
    and (excluded.status = 'paid' or (i.status <> 'paid' and excluded.snapshot_at >= i.snapshot_at))
$$;

-- billing.apply_invoice_payment(payment): remembers which payment paid which invoice. Called by: billing.apply_change.
create function billing.apply_invoice_payment(p_payment jsonb) returns void
language sql
set search_path = ''
as $$
  insert into public.invoice_payments (invoice_payment_id, invoice_id, payment_kind, payment_id, paid_at)
  values (
    p_payment ->> 'invoice_payment_id', p_payment ->> 'invoice_id', p_payment ->> 'payment_kind',
    p_payment ->> 'payment_id', billing.from_seconds(p_payment ->> 'paid_at'))
  on conflict (invoice_payment_id) do nothing
$$;

-- billing.apply_change(user, change, event, now): the parts of one change, under the user's lock.
--
-- Promises: all parts or none (the caller's transaction); the user's version rises by one if, and only if, access
--   may have changed (I4); a source that the change relies on and nobody has seen yet makes it ambiguous.
-- Locks: the caller holds the user's row; then sources, holds, invoices, attempts, in this order.
-- Answers: 'applied' or 'stale'. Raises TG001 where the object must be read from Stripe first, with the revision
--   that the read must be newer than; TG003 where a source belongs to somebody else.
-- Called by: apply_stripe_event.
create function billing.apply_change(p_user_id uuid, p_change jsonb, p_event_id text, p_now timestamptz)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_source jsonb := nullif(p_change -> 'source', 'null'::jsonb);
  v_required text := p_change ->> 'required_source_id';
  v_verdict text := 'applied';
  v_access_changed boolean := false;
  v_hold jsonb;
begin
  if v_source is not null then
    v_verdict := billing.apply_source_snapshot(p_user_id, v_source, p_event_id, p_now);
    if v_verdict = 'source_of_another_user' then
      raise exception 'source_of_another_user' using errcode = 'TG003';
    elsif v_verdict = 'ambiguous' then
      raise exception 'same_second' using errcode = 'TG001', detail = (
        select s.revision from public.user_entitlements s where s.source_id = v_source ->> 'source_id');
    end if;
    v_access_changed := v_verdict = 'applied';
    if v_verdict <> 'stale' then
      for v_hold in select * from jsonb_array_elements(p_change -> 'holds') loop
        v_access_changed := billing.apply_hold(
          v_source ->> 'source_id', v_hold ->> 'kind', v_hold ->> 'object_id', (v_hold ->> 'placed')::boolean,
          billing.from_seconds(v_source ->> 'snapshot_at'), (v_source ->> 'snapshot_rank')::smallint, p_event_id)
          or v_access_changed;
      end loop;
    end if;
  elsif v_required is not null
    and not exists (select 1 from public.user_entitlements s where s.source_id = v_required) then
    raise exception 'source_unknown' using errcode = 'TG001', detail = '0';
  end if;

  if p_change -> 'invoice' <> 'null'::jsonb then
    perform billing.apply_invoice(p_user_id, p_change -> 'invoice');
  end if;
  if p_change -> 'checkout' <> 'null'::jsonb then
    update public.checkout_attempts a set status = p_change -> 'checkout' ->> 'status'
    where a.session_id = p_change -> 'checkout' ->> 'session_id' and a.user_id = p_user_id
      and a.status in ('reserved', 'open');
  end if;

  if v_access_changed then
    update public.billing_users u set entitlement_version = u.entitlement_version + 1 where u.user_id = p_user_id;
  end if;
  return case v_verdict when 'stale' then 'stale' else 'applied' end;
end
$$;
