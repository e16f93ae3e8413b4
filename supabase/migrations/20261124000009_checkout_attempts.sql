-- The reservation of a checkout: one live attempt a user, whichever tab, process or retry asks.

-- reserve_checkout_attempt(user, plan, mode, hash, attempt, now, takeover_after): who may open a session now.
--
-- Promises: one live attempt a user (also a unique index); a reservation whose holder is gone can be taken over
--   after `p_takeover_after_seconds`, and the late holder is refused by open_checkout_attempt.
-- Locks: the user's row.
-- Answers: { outcome, attempt_id, attempt_number, session_id, session_url, session_expires_at, customer_id, ... }
--   reserved            open a session under this attempt and number
--   taken_over          as reserved, but an abandoned holder may have left a session at Stripe: expire those first
--   open                this session is open already, with the same parameters
--   other_open          a session with other parameters is open: expire it at Stripe, close it here, ask again
--   in_progress         somebody is opening a session with other parameters right now
--   already_subscribed  the user has it: manage it instead of buying it again
-- Called by: CreateCheckoutSessionUseCase.
create function public.reserve_checkout_attempt(
  p_user_id uuid, p_plan text, p_renewing boolean, p_parameters_hash text, p_attempt_id uuid, p_now timestamptz,
  p_takeover_after_seconds integer
) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_user public.billing_users;
  v_live public.checkout_attempts;
  v_owned public.user_entitlements;
  v_outcome text := 'reserved';
begin
  perform billing.lock_user(p_user_id, null, false, p_now);
  select * into strict v_user from public.billing_users u where u.user_id = p_user_id;

  -- A second subscription is a change of the first; what lasts for life cannot be bought twice.
  select * into v_owned from public.user_entitlements s
  where s.user_id = p_user_id and not s.terminal and s.source_kind <> 'manual' and (
    (p_renewing and s.source_kind = 'subscription' and s.status <> 'incomplete')
    or (s.source_kind = 'payment' and s.plan = p_plan and s.expires_at is null))
  order by s.grants_access desc, s.id limit 1;
  if found then
    return jsonb_build_object('outcome', 'already_subscribed', 'plan', v_owned.plan, 'status', v_owned.status);
  end if;

  select * into v_live from public.checkout_attempts a
  where a.user_id = p_user_id and a.status in ('reserved', 'open') for update;
  if found then
    if v_live.status = 'open' and v_live.session_expires_at <= p_now then
      update public.checkout_attempts a set status = 'expired' where a.attempt_id = v_live.attempt_id;
    elsif v_live.status = 'open' then
      return jsonb_build_object(
        'outcome', case when v_live.parameters_hash = p_parameters_hash then 'open' else 'other_open' end,
        'attempt_id', v_live.attempt_id, 'attempt_number', v_live.attempt_number, 'session_id', v_live.session_id,
        'session_url', v_live.session_url, 'session_expires_at', billing.epoch_ms(v_live.session_expires_at),
        'customer_id', v_user.stripe_customer_id);
    elsif v_live.parameters_hash = p_parameters_hash then
      return jsonb_build_object('outcome', 'reserved', 'attempt_id', v_live.attempt_id,
        'attempt_number', v_live.attempt_number, 'customer_id', v_user.stripe_customer_id);
    elsif v_live.reserved_at + make_interval(secs => p_takeover_after_seconds) > p_now then
      return jsonb_build_object('outcome', 'in_progress');
    else
      update public.checkout_attempts a set status = 'failed' where a.attempt_id = v_live.attempt_id;
      v_outcome := 'taken_over';
    end if;
  end if;

  insert into public.checkout_attempts (attempt_id, user_id, plan, parameters_hash, status, reserved_at)
  values (p_attempt_id, p_user_id, p_plan, p_parameters_hash, 'reserved', p_now);
  return jsonb_build_object('outcome', v_outcome, 'attempt_id', p_attempt_id, 'attempt_number', 1,
    'customer_id', v_user.stripe_customer_id);
end
$$;
revoke execute on function public.reserve_checkout_attempt from public, anon, authenticated;
grant execute on function public.reserve_checkout_attempt to service_role;

-- open_checkout_attempt(attempt, number, session, url, expires): Stripe's session, remembered for this attempt.
--
-- Promises: a holder that was overtaken is refused; told twice, the same session is no change.
-- Locks: the attempt's row.
-- Answers: whether the session is the attempt's now. False: expire the session at Stripe.
create function public.open_checkout_attempt(
  p_attempt_id uuid, p_attempt_number integer, p_session_id text, p_session_url text, p_session_expires_at timestamptz
) returns boolean
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
begin
  update public.checkout_attempts a
  set status = 'open', session_id = p_session_id, session_url = p_session_url, session_expires_at = p_session_expires_at
  where a.attempt_id = p_attempt_id and a.attempt_number = p_attempt_number
    and (a.status = 'reserved' or (a.status in ('open', 'completed') and a.session_id = p_session_id));
  return found;
end
$$;
revoke execute on function public.open_checkout_attempt from public, anon, authenticated;
grant execute on function public.open_checkout_attempt to service_role;

-- renew_checkout_attempt(attempt, number): Stripe's answer to this number is final (a stored error, a session that
-- is over), so the next try gets the next number and with it a new idempotency key.
--
-- Promises: of several callers with one number, one raises it. Locks: the attempt's row.
-- Called by: CreateCheckoutSessionUseCase.
create function public.renew_checkout_attempt(p_attempt_id uuid, p_attempt_number integer) returns void
language sql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
  update public.checkout_attempts a set attempt_number = a.attempt_number + 1
  where a.attempt_id = p_attempt_id and a.attempt_number = p_attempt_number and a.status = 'reserved'
$$;
revoke execute on function public.renew_checkout_attempt from public, anon, authenticated;
grant execute on function public.renew_checkout_attempt to service_role;

-- close_checkout_attempt(attempt, status): the attempt is over; the next try reserves a new one.
create function public.close_checkout_attempt(p_attempt_id uuid, p_status text) returns void
language sql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
  update public.checkout_attempts a set status = p_status
  where a.attempt_id = p_attempt_id and a.status in ('reserved', 'open')
$$;
revoke execute on function public.close_checkout_attempt from public, anon, authenticated;
grant execute on function public.close_checkout_attempt to service_role;

-- link_stripe_customer(user, customer, now): one customer a user, whoever comes first.
--
-- Promises: a link that exists is never changed. Locks: the user's row.
-- Answers: the customer that the user is linked to.
create function public.link_stripe_customer(p_user_id uuid, p_customer_id text, p_now timestamptz) returns text
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
begin
  if billing.lock_user(p_user_id, p_customer_id, true, p_now) then
    perform billing.apply_kept_events(p_user_id, p_customer_id, null, p_now);
  end if;
  return (select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id);
end
$$;
revoke execute on function public.link_stripe_customer from public, anon, authenticated;
grant execute on function public.link_stripe_customer to service_role;
