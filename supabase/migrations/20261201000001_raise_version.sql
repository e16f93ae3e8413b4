-- billing.raise_version(user, event, now): the user's next version, and the message in the outbox that says so.
-- Locks: the caller holds the user's row. Called by: whatever changes a user's access.
create or replace function billing.raise_version(p_user_id uuid, p_event_id text, p_now timestamptz) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_version bigint;
begin
  update public.billing_users u set entitlement_version = u.entitlement_version + 1 where u.user_id = p_user_id
  returning u.entitlement_version into strict v_version;
  insert into public.outbox (user_id, topic, entitlement_version, stripe_event_id, created_at, not_before)
  values (p_user_id, 'entitlements.changed', v_version, p_event_id, p_now, p_now);
end
$$;
