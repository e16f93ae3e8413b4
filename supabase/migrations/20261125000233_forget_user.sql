-- forget_user(user, operator, reason, now): ends everything that this user has here, and takes out what tells of them.
--
-- Promises: their access is over, and the version says so (I4); the ledger stays, without bodies; addresses of invoices
--   and checkouts go; their customers are theirs still, so that what Stripe sends afterwards is known to be of somebody
--   who was forgotten. Done twice it is done once.
-- Locks: ledger rows of theirs that are kept, then the user's row, as apply_stripe_event does; then sources, invoices,
--   attempts, and settled ledger rows, whose holders wait for nobody.
-- Answers: { outcome, entitlements }
--   forgotten          it is done now
--   already_forgotten  it had been done; nothing was
--   unknown_user       billing knows of nobody of this id; entitlements is null
-- Called by: ForgetUser, after Stripe was told to charge them no more.
create function public.forget_user(p_user_id uuid, p_operator text, p_reason text, p_now timestamptz) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_user public.billing_users;
  v_customers text[];
begin
  perform 1 from public.stripe_events e
  where e.outcome = 'unresolved' and e.customer_id in (
    select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id
    union all select c.stripe_customer_id from public.ended_customers c where c.user_id = p_user_id)
  order by e.event_id for update;
  select * into v_user from public.billing_users u where u.user_id = p_user_id for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown_user', 'entitlements', null);
  elsif v_user.forgotten_at is not null then
    return jsonb_build_object('outcome', 'already_forgotten',
      'entitlements', public.get_user_entitlements(p_user_id, p_now));
  end if;
  if v_user.stripe_customer_id is not null then
    perform billing.end_customer(p_user_id, v_user.stripe_customer_id, p_now);
  end if;
  select coalesce(array_agg(c.stripe_customer_id), '{}') into v_customers
  from public.ended_customers c where c.user_id = p_user_id;

  update public.user_entitlements s
  set status = 'forgotten', terminal = true, grants_access = false,
    content = '{}', content_before = null, revision = s.revision + 1, updated_at = p_now
  where s.user_id = p_user_id;
  update public.subscription_invoices i set number = null, hosted_invoice_url = null where i.user_id = p_user_id;
  update public.checkout_attempts a
  set session_url = null, status = case when a.status in ('reserved', 'open') then 'expired' else a.status end
  where a.user_id = p_user_id;
  update public.stripe_events e set outcome = 'ignored', reason = 'forgotten_user', user_id = p_user_id
  where e.outcome = 'unresolved' and e.customer_id = any (v_customers);
  update public.stripe_events e set payload = null where e.user_id = p_user_id and e.payload is not null;

  perform billing.raise_version(p_user_id, null, p_now);
  perform billing.tell(p_user_id, 'user.forgotten', null, p_now);
  insert into public.entitlement_audit (at, operator, action, user_id, source_id, reason, details)
  values (p_now, p_operator, 'forget', p_user_id, '', p_reason, '{}');
  update public.billing_users u set forgotten_at = p_now where u.user_id = p_user_id;
  return jsonb_build_object('outcome', 'forgotten', 'entitlements', public.get_user_entitlements(p_user_id, p_now));
end
$$;
revoke execute on function public.forget_user from public, anon, authenticated;
grant execute on function public.forget_user to service_role;

-- get_obligations(user): what would go on at Stripe for a user who is to be forgotten.
--
-- Locks: nothing.
-- Answers: { forgotten, signs_in, customer_id }: whether they were forgotten, whether Supabase Auth has them still, and
--   their customer at Stripe (one that was deleted there pays for nothing); null where billing knows of nobody of this id.
-- Called by: ForgetUser.
create function public.get_obligations(p_user_id uuid) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'forgotten', u.forgotten_at is not null,
    'signs_in', exists (select 1 from auth.users a where a.id = u.user_id),
    'customer_id', u.stripe_customer_id)
  from public.billing_users u where u.user_id = p_user_id
$$;
revoke execute on function public.get_obligations from public, anon, authenticated;
grant execute on function public.get_obligations to service_role;

-- list_deleted_users(limit): users whom Supabase Auth does not have any more and whom billing has not forgotten yet.
--
-- Locks: nothing. Answers: an array of ids, at most `p_limit` long. Called by: ForgetDeletedUsers, `doctor`.
create function public.list_deleted_users(p_limit integer) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(gone.user_id), '[]'::jsonb) from (
    select u.user_id from public.billing_users u
    where u.forgotten_at is null and not exists (select 1 from auth.users a where a.id = u.user_id)
    order by u.user_id limit p_limit) gone
$$;
revoke execute on function public.list_deleted_users from public, anon, authenticated;
grant execute on function public.list_deleted_users to service_role;
