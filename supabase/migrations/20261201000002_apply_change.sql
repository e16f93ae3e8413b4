-- billing.apply_change(user, change, event, now): the parts of one change, under the user's lock.
--
-- Promises: all parts or none (the caller's transaction); the user's version rises by one if, and only if, access
--   may have changed (I4), and the outbox says so in the same transaction; a source that the change relies on and
--   nobody has seen yet makes it ambiguous. What others are to be told besides (`notice`) is told of what counts, and
--   never of an invoice that is paid or void by now. A trial that is once a card is open until its card is known (F89).
-- Locks: the caller holds the user's row; then sources, trials, reversals, invoices, attempts, in this order.
-- Answers: 'applied' or 'stale'. Raises TG001 where the object must be read from Stripe first, with the revision
--   that the read must be newer than; TG003 where a source or payment belongs to somebody else.
-- Called by: apply_stripe_event, billing.apply_kept_events.
create or replace function billing.apply_change(p_user_id uuid, p_change jsonb, p_event_id text, p_now timestamptz)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_source jsonb := nullif(p_change -> 'source', 'null'::jsonb);
  v_invoices jsonb[] := billing.parts_of(p_change, 'invoices', 'invoice');
  v_required text := p_change ->> 'required_source_id';
  v_verdicts text[] := '{}';
  v_access_changed boolean := false;
  v_outcome text;
  v_part jsonb;
begin
  if v_source is not null then
    v_verdicts := v_verdicts || billing.apply_source_snapshot(p_user_id, v_source, p_event_id, p_now);
    if 'source_of_another_user' = any (v_verdicts) then
      raise exception 'source_of_another_user' using errcode = 'TG003';
    elsif 'ambiguous' = any (v_verdicts) then
      raise exception 'same_second' using errcode = 'TG001', detail = (
        select s.revision from public.user_entitlements s where s.source_id = v_source ->> 'source_id');
    end if;
    if v_source ->> 'trial_once_per_card' = 'true' then
      insert into public.trials (subscription_id, began_at) values (v_source ->> 'source_id', p_now)
      on conflict (subscription_id) do nothing;
    end if;
  elsif v_required is not null
    and not exists (select 1 from public.user_entitlements s where s.source_id = v_required) then
    raise exception 'source_unknown' using errcode = 'TG001', detail = '0';
  end if;
  foreach v_part in array billing.parts_of(p_change, 'reversals') loop
    v_verdicts := v_verdicts || billing.apply_reversal(p_user_id, v_part, p_event_id);
  end loop;
  v_access_changed := 'applied' = any (v_verdicts);

  foreach v_part in array v_invoices loop
    v_access_changed := billing.apply_invoice(p_user_id, v_part) or v_access_changed;
  end loop;
  if p_change -> 'checkout' <> 'null'::jsonb then
    update public.checkout_attempts a set status = p_change -> 'checkout' ->> 'status'
    where a.session_id = p_change -> 'checkout' ->> 'session_id' and a.user_id = p_user_id
      and a.status in ('reserved', 'open');
  end if;
  if p_change ->> 'ends_customer' = 'true' then
    perform billing.end_customer(p_user_id, p_change ->> 'customer_id', p_now);
  end if;

  if v_access_changed then
    perform billing.raise_version(p_user_id, p_event_id, p_now);
  end if;
  v_outcome := case when v_verdicts <> '{}' and 'stale' = all (v_verdicts) then 'stale' else 'applied' end;
  -- Nested: a condition with a query in it is one, also where its first half would do.
  if v_outcome = 'applied' and p_change ->> 'notice' is not null then
    if not exists (
      select from unnest(v_invoices) part
      join public.subscription_invoices i on i.invoice_id = part ->> 'invoice_id'
      where i.status in ('paid', 'void'))
    then
      perform billing.tell(p_user_id, p_change ->> 'notice', p_event_id, p_now);
    end if;
  end if;
  return v_outcome;
end
$$;
