-- apply_stripe_event(event, change, now): everything that one Stripe event does, once, in one transaction.
--
-- `p_event` is the event as recorded in the ledger; null when the object was read without an event (the page that
-- Stripe redirects to). `p_change` says what the event means: { kind: 'change' | 'ignored' | 'unresolved', ... }.
--
-- Promises: I1, the event id is the ledger's primary key, and effect and ledger row commit together; I3, an answer
--   other than an error means that it is durable; I4, see billing.apply_source_snapshot.
-- Locks: the ledger row of this event, then the user's row, then sources, holds, invoices, attempts. One order
--   everywhere, one user an event: no cycle.
-- Answers: { outcome, reason, user_id, revision, entitlements }
--   applied     its content is in force
--   stale       something newer is in force; its facts were merged
--   duplicate   this event was here before; nothing was done
--   ambiguous   nothing was written: read the object from Stripe and call again, with this revision
--   ignored     recorded; means nothing for access
--   unresolved  recorded with its reason; applied when the reason is gone
-- Called by: the use case that applies Stripe's events, for webhooks, for the success page, for replays.
create function public.apply_stripe_event(p_event jsonb, p_change jsonb, p_now timestamptz)
returns jsonb
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
  v_user_id uuid;
  v_outcome text;
  v_recorded public.stripe_events;
  v_revision text;
begin
  if v_event_id is not null then
    insert into public.stripe_events (
      event_id, type, created, livemode, api_version, account, object_id, customer_id, outcome, reason, change,
      payload, received_at)
    values (
      v_event_id, p_event ->> 'type', billing.from_seconds(p_event ->> 'created'), (p_event ->> 'livemode')::boolean,
      p_event ->> 'api_version', p_event ->> 'account', p_event ->> 'object_id', p_change ->> 'customer_id',
      'unresolved', 'in_progress', p_change, decode(p_event ->> 'payload_base64', 'base64'), p_now)
    on conflict (event_id) do nothing;
    if not found then
      select * into strict v_recorded from public.stripe_events e where e.event_id = v_event_id for update;
      if v_recorded.outcome <> 'unresolved' then
        return jsonb_build_object('outcome', 'duplicate', 'reason', v_recorded.reason,
          'user_id', v_recorded.user_id, 'entitlements',
          case when v_recorded.user_id is not null then public.get_user_entitlements(v_recorded.user_id, p_now) end);
      end if;
    end if;
  end if;

  if v_kind = 'change' then
    v_user_id := billing.resolve_user((p_change ->> 'user_id')::uuid, p_change ->> 'customer_id');
    if v_user_id is not null then
      if billing.lock_user(v_user_id, p_change ->> 'customer_id', (p_change ->> 'links_customer')::boolean, p_now) then
        perform billing.apply_kept_events(v_user_id, p_change ->> 'customer_id', v_event_id, p_now);
      end if;
      v_outcome := billing.apply_change(v_user_id, p_change, v_event_id, p_now);
    elsif p_change ->> 'needs_user' = 'false' then
      v_outcome := 'applied';
    else
      v_outcome := 'unresolved';
      v_reason := 'unknown_user';
    end if;
    if p_change -> 'invoice_payment' <> 'null'::jsonb then
      perform billing.apply_invoice_payment(p_change -> 'invoice_payment');
    end if;
  else
    v_outcome := v_kind;
  end if;

  update public.stripe_events e
  set outcome = v_outcome, reason = v_reason, user_id = v_user_id, change = p_change
  where e.event_id = v_event_id;
  return jsonb_build_object('outcome', v_outcome, 'reason', v_reason, 'user_id', v_user_id, 'entitlements',
    case when v_user_id is not null then public.get_user_entitlements(v_user_id, p_now) end);
exception
  -- Both undo the block: the ledger row as well.
  when sqlstate 'TG001' then
    get stacked diagnostics v_reason = message_text, v_revision = pg_exception_detail;
    return jsonb_build_object('outcome', 'ambiguous', 'reason', v_reason, 'revision', v_revision::bigint,
      'user_id', v_user_id, 'entitlements', null);
  when sqlstate 'TG003' then
    get stacked diagnostics v_reason = message_text;
    return public.apply_stripe_event(
      p_event, p_change || jsonb_build_object('kind', 'unresolved', 'reason', v_reason), p_now);
end
$$;
revoke execute on function public.apply_stripe_event from public, anon, authenticated;
grant execute on function public.apply_stripe_event to service_role;

-- billing.resolve_user(user, customer): whose change this is. The one way from Stripe's words to a user.
--
-- Promises: never by e-mail; a customer that is linked to one user never speaks for another.
-- Answers: the user, or null where nobody is known. Raises TG003 where user and customer contradict each other.
create function billing.resolve_user(p_user_id uuid, p_customer_id text) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_linked uuid;
begin
  select u.user_id into v_linked from public.billing_users u where u.stripe_customer_id = p_customer_id;
  if v_linked is distinct from p_user_id and v_linked is not null and p_user_id is not null then
    raise exception 'customer_of_another_user' using errcode = 'TG003';
  end if;
  return (select a.id from auth.users a where a.id = coalesce(p_user_id, v_linked));
end
$$;

-- billing.lock_user(user, customer, links_customer, now): the user's row, locked until the transaction ends, linked
-- to the customer where it had none. A link that exists is changed by nothing here.
--
-- Answers: whether the link was made now.
create function billing.lock_user(p_user_id uuid, p_customer_id text, p_links_customer boolean, p_now timestamptz)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_customer_id text;
begin
  insert into public.billing_users (user_id, created_at) values (p_user_id, p_now) on conflict (user_id) do nothing;
  select u.stripe_customer_id into strict v_customer_id
  from public.billing_users u where u.user_id = p_user_id for update;
  if v_customer_id is null and p_customer_id is not null and p_links_customer then
    update public.billing_users u set stripe_customer_id = p_customer_id where u.user_id = p_user_id;
    return true;
  end if;
  return false;
end
$$;

-- billing.apply_kept_events(user, customer, event, now): what was kept because nobody knew the customer, applied in the
-- transaction that makes the link, oldest first. `p_event_id`, which may have been kept before, is being applied
-- by the caller. What needs a read from Stripe stays kept for a replay.
create function billing.apply_kept_events(
  p_user_id uuid, p_customer_id text, p_event_id text, p_now timestamptz
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_kept public.stripe_events;
begin
  for v_kept in
    select * from public.stripe_events e
    where e.customer_id = p_customer_id and e.outcome = 'unresolved' and e.reason = 'unknown_user'
      and e.event_id is distinct from p_event_id
      and coalesce(e.change ->> 'user_id', p_user_id::text) = p_user_id::text
    order by e.created, e.event_id for update skip locked
  loop
    begin
      update public.stripe_events e
      set outcome = billing.apply_change(p_user_id, v_kept.change, v_kept.event_id, p_now),
          reason = 'customer_linked', user_id = p_user_id
      where e.event_id = v_kept.event_id;
    exception when sqlstate 'TG001' or sqlstate 'TG003' then
      continue;
    end;
  end loop;
end
$$;
