-- reserve_checkout_attempt(user, plan, renewing, hash, attempt, now, takeover_after, repeatable): who may open a session.
--
-- Promises: one live attempt a user (also a unique index); a reservation whose holder is gone can be taken over
--   `p_takeover_after_seconds` after the last one asked, and the late holder is refused by open_checkout_attempt.
-- Locks: the user's row.
-- Answers: { outcome, attempt_id, attempt_number, session_id, session_url, session_expires_at, customer_id,
--   customers_before, subscribed_before, ... }; `customers_before` counts the customers of this user that were deleted at
--   Stripe, `subscribed_before` says whether they ever had a subscription (F89)
--   reserved            open a session under this attempt and number
--   taken_over          as reserved, but an abandoned holder may have left a session at Stripe: expire those first;
--                       said until a session was opened, since who was told first may be gone too
--   open                this session is open already, with the same parameters
--   other_open          a session with other parameters is open: expire it at Stripe, close it here, ask again
--   in_progress         somebody is opening a session with other parameters right now
--   already_subscribed  the user has it: manage it instead of buying it again
-- Called by: CreateCheckoutSessionUseCase.
create or replace function public.reserve_checkout_attempt(
  p_user_id uuid, p_plan text, p_renewing boolean, p_parameters_hash text, p_attempt_id uuid, p_now timestamptz,
  p_takeover_after_seconds integer, p_repeatable boolean default false
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
  v_customer jsonb;
begin
  perform billing.lock_user(p_user_id, null, false, p_now);
  select * into strict v_user from public.billing_users u where u.user_id = p_user_id;
  v_customer := jsonb_build_object('customer_id', v_user.stripe_customer_id, 'customers_before', (
    select count(*) from public.ended_customers e where e.user_id = p_user_id),
    'subscribed_before', billing.subscribed_before(p_user_id));

  -- A second subscription is a change of the first; what lasts for life cannot be bought twice, unless it is a pack or
  -- was paid back.
  select * into v_owned from public.user_entitlements s
  where s.user_id = p_user_id and not s.terminal and s.source_kind <> 'manual' and (
    (p_renewing and s.source_kind = 'subscription' and s.status <> 'incomplete')
    or (s.source_kind = 'payment' and s.plan = p_plan and s.expires_at is null and not p_repeatable
      and not billing.is_paid_back(s.source_id, s.amount_paid)))
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
        'session_url', v_live.session_url, 'session_expires_at', billing.epoch_ms(v_live.session_expires_at))
        || v_customer;
    elsif v_live.parameters_hash = p_parameters_hash then
      -- Whoever asks is at work from now on: taken over meanwhile, it would leave a session that nobody remembers.
      update public.checkout_attempts a set reserved_at = greatest(a.reserved_at, p_now)
      where a.attempt_id = v_live.attempt_id;
      return jsonb_build_object(
        'outcome', case when v_live.takes_over then 'taken_over' else 'reserved' end, 'attempt_id', v_live.attempt_id,
        'attempt_number', v_live.attempt_number) || v_customer;
    elsif v_live.reserved_at + make_interval(secs => p_takeover_after_seconds) > p_now then
      return jsonb_build_object('outcome', 'in_progress');
    else
      update public.checkout_attempts a set status = 'failed' where a.attempt_id = v_live.attempt_id;
      v_outcome := 'taken_over';
    end if;
  end if;

  insert into public.checkout_attempts (
    attempt_id, user_id, plan, parameters_hash, status, reserved_at, takes_over)
  values (p_attempt_id, p_user_id, p_plan, p_parameters_hash, 'reserved', p_now, v_outcome = 'taken_over');
  return jsonb_build_object('outcome', v_outcome, 'attempt_id', p_attempt_id, 'attempt_number', 1) || v_customer;
end
$$;
