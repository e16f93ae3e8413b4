-- apply_stripe_event(event, change, now, format): everything that one Stripe event does, once, in one transaction.
--
-- `p_event` is the event as recorded in the ledger; null when the object was read without an event (the page that
-- Stripe redirects to). `p_change` says what the event means: { kind: 'change' | 'ignored' | 'unresolved', ... }, in
-- the format of this number. A caller that speaks a later format is refused (TG004, which a migration cures), and a
-- database that is older than the caller has no function with this parameter: neither drops a part unseen.
--
-- Promises: I1, the event id is the ledger's primary key, and effect and ledger row commit together; I3, an answer
--   other than an error means that it is durable; I4, see billing.compare_snapshots.
-- Locks: the ledger row of this event where it is kept, then the user's row, then sources, reversals, invoices,
--   attempts; the ledger row of a new event last, with nothing left to wait for. One order everywhere, one user an
--   event: no cycle.
-- Answers: { outcome, reason, user_id, revision, entitlements, kept, trials }; `kept`: see billing.kept_events, `trials`:
--   see billing.trials_of
--   applied     its content is in force
--   stale       something newer is in force; its facts were merged
--   duplicate   this event was here before; nothing was done
--   ambiguous   nothing was written: read from Stripe what `reason` names and call again, with this revision
--   ignored     recorded; means nothing for access, or concerns a user who was forgotten
--   unresolved  recorded with its reason; applied when the reason is gone
-- Called by: the use case that applies Stripe's events, for webhooks, for the success page, for replays.
drop function public.apply_stripe_event(jsonb, jsonb, timestamptz, integer);
create function public.apply_stripe_event(
  p_event jsonb, p_change jsonb, p_now timestamptz, p_format integer default 1
) returns json
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_event_id text := p_event ->> 'id';
  v_kind text := p_change ->> 'kind';
  v_reason text := p_change ->> 'reason';
  v_payment_id text := p_change ->> 'required_payment_id';
  v_payments jsonb[] := billing.parts_of(p_change, 'invoice_payments', 'invoice_payment');
  v_part jsonb;
  v_takes_back boolean := false;
  v_may_have_kept boolean := false;
  v_user_id uuid;
  v_outcome text;
  v_recorded public.stripe_events;
  v_revision text;
  v_entitlements json;
begin
  if p_format > 4 then
    raise exception 'a change of format % is not known here yet', p_format using errcode = 'TG004';
  end if;
  if v_event_id is not null then
    -- What is settled stays so: it is told without a lock. What is kept is tried by one at a time.
    select * into v_recorded from public.stripe_events e where e.event_id = v_event_id;
    if v_recorded.outcome = 'unresolved' then
      select * into strict v_recorded from public.stripe_events e where e.event_id = v_event_id for update;
    end if;
    if v_recorded.outcome <> 'unresolved' then
      return json_build_object('outcome', 'duplicate', 'reason', v_recorded.reason,
        'user_id', v_recorded.user_id, 'entitlements',
        case when v_recorded.user_id is not null then public.get_user_entitlements(v_recorded.user_id, p_now) end,
        'kept', billing.kept_events(v_recorded.user_id), 'trials', billing.trials_of(v_recorded.user_id));
    end if;
  end if;

  if v_kind = 'change' then
    v_user_id := billing.resolve_user((p_change ->> 'user_id')::uuid, p_change ->> 'customer_id');
    if v_user_id is null and v_payment_id is not null then
      v_user_id := billing.user_of_payment(v_payment_id);
      if v_user_id is null then
        raise exception 'payment_unknown' using errcode = 'TG001', detail = '0';
      end if;
    elsif v_user_id is null and p_change ->> 'needs_user' = 'false' then
      -- Of a payment that was taken back it matters at once what it paid for.
      select r.user_id into v_user_id
      from unnest(v_payments) part
      join public.payment_reversals r on r.payment_id = part ->> 'payment_id' limit 1;
    end if;
    if v_user_id is not null then
      v_may_have_kept := billing.lock_user(
        v_user_id, p_change ->> 'customer_id', (p_change ->> 'links_customer')::boolean, p_now);
      -- Not only where the link was made now: what was delivered again in that moment was passed over then.
      if not v_may_have_kept then
        perform from public.billing_users u
        join public.stripe_events e on e.customer_id = u.stripe_customer_id and e.outcome = 'unresolved'
        where u.user_id = v_user_id;
        v_may_have_kept := found;
      end if;
      if v_may_have_kept then
        perform billing.apply_kept_events(v_user_id, u.stripe_customer_id, v_event_id, p_now)
        from public.billing_users u where u.user_id = v_user_id;
      end if;
    end if;
    foreach v_part in array v_payments loop
      v_takes_back := billing.apply_invoice_payment(v_part) or v_takes_back;
    end loop;
    if v_user_id is not null then
      v_outcome := billing.apply_change(v_user_id, p_change, v_event_id, p_now);
      if v_takes_back then
        perform billing.raise_version(v_user_id, v_event_id, p_now);
      end if;
      v_entitlements := public.get_user_entitlements(v_user_id, p_now);
      -- What may be bought again is no second purchase, and whoever has one source alone has not bought twice.
      if v_outcome = 'applied' and v_reason is null and p_change -> 'source' ->> 'bought_once' = 'true'
        and v_entitlements -> 'sources' -> 1 is not null
      then
        if billing.is_second_purchase(v_user_id, p_change -> 'source', p_now) then
          v_reason := 'second_purchase';
        end if;
      end if;
    elsif p_change ->> 'needs_user' = 'false' then
      v_outcome := 'applied';
    else
      v_outcome := 'unresolved';
      v_reason := 'unknown_user';
    end if;
  else
    v_outcome := v_kind;
  end if;

  if v_recorded.event_id is not null then
    update public.stripe_events e
    set outcome = v_outcome, reason = v_reason, user_id = v_user_id, change = p_change,
      customer_id = p_change ->> 'customer_id'
    where e.event_id = v_event_id;
  elsif v_event_id is not null then
    -- Written once and whole: a row that is made first and changed at the end costs every index twice.
    insert into public.stripe_events (
      event_id, type, created, livemode, api_version, account, object_id, customer_id, user_id, outcome, reason,
      change, payload, received_at)
    values (
      v_event_id, p_event ->> 'type', to_timestamp((p_event ->> 'created')::double precision),
      (p_event ->> 'livemode')::boolean, p_event ->> 'api_version', p_event ->> 'account', p_event ->> 'object_id',
      p_change ->> 'customer_id', v_user_id, v_outcome, v_reason, p_change,
      decode(p_event ->> 'payload_base64', 'base64'), p_now);
  end if;
  return json_build_object('outcome', v_outcome, 'reason', v_reason, 'user_id', v_user_id,
    'entitlements', v_entitlements,
    'kept', case when v_may_have_kept then billing.kept_events(v_user_id) else '[]' end,
    'trials', billing.trials_of(v_user_id));
exception
  -- Each undoes the block.
  when sqlstate 'TG001' then
    get stacked diagnostics v_reason = message_text, v_revision = pg_exception_detail;
    return json_build_object('outcome', 'ambiguous', 'reason', v_reason, 'revision', v_revision::bigint,
      'user_id', v_user_id, 'entitlements', null);
  when sqlstate 'TG003' then
    get stacked diagnostics v_reason = message_text;
    return public.apply_stripe_event(
      p_event, p_change || jsonb_build_object('kind', 'unresolved', 'reason', v_reason), p_now, p_format);
  when unique_violation then
    get stacked diagnostics v_reason = constraint_name;
    if v_reason <> 'stripe_events_pkey' then
      raise;
    end if;
    -- The same event, delivered twice at once: what the other has committed is seen now.
    return public.apply_stripe_event(p_event, p_change, p_now, p_format);
  when sqlstate 'TG005' then
    -- F82: nobody is brought back, and nothing of theirs is kept. That they are charged all the same is for a person to see.
    v_reason := case when coalesce((p_change -> 'source' ->> 'grants_access')::boolean, false)
      then 'forgotten_user_pays' else 'forgotten_user' end;
    return public.apply_stripe_event(
      p_event - 'payload_base64', p_change || jsonb_build_object('kind', 'ignored', 'reason', v_reason), p_now, p_format);
end
$$;

revoke execute on function public.apply_stripe_event from public, anon, authenticated;
grant execute on function public.apply_stripe_event to service_role;

notify pgrst, 'reload schema';
