-- grant_entitlement(grant, user, plan, version, quantity, expires, operator, reason, now): access by hand.
--
-- Promises: one source a grant id, however often it is asked for; the audit row and the source commit together; the
--   user's version rises with it, and the outbox says so (I4). `p_expires_at` null never ends.
-- Locks: the user's row, then the source's.
-- Answers: { outcome, source_id, entitlements }
--   granted       the source is there now
--   exists        this grant was made before; nothing was done
--   unknown_user  there is no such user; entitlements is null
-- Called by: GrantEntitlement.
create or replace function public.grant_entitlement(
  p_grant_id uuid, p_user_id uuid, p_plan text, p_plan_version integer, p_quantity integer, p_expires_at timestamptz,
  p_operator text, p_reason text, p_now timestamptz
) returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_source_id text := 'grant_' || p_grant_id;
  v_terms jsonb := jsonb_build_object('plan', p_plan, 'plan_version', p_plan_version, 'quantity', p_quantity);
begin
  if not exists (select 1 from auth.users a where a.id = p_user_id) then
    return jsonb_build_object('outcome', 'unknown_user', 'source_id', v_source_id, 'entitlements', null);
  end if;
  perform billing.lock_user(p_user_id, null, false, p_now);
  insert into public.user_entitlements (
    user_id, source_kind, source_id, status, terminal, grants_access, plan, plan_version, quantity, items, expires_at,
    expires_bound, snapshot_at, snapshot_rank, content, created_at, updated_at)
  values (
    p_user_id, 'manual', v_source_id, 'active', false, true, p_plan, p_plan_version, p_quantity,
    jsonb_build_array(v_terms || jsonb_build_object('item_id', v_source_id, 'interval', null, 'expires_at', null)),
    p_expires_at, p_expires_at, p_now, 0, v_terms, p_now, p_now)
  on conflict (source_id) do nothing;
  if not found then
    return jsonb_build_object('outcome', 'exists', 'source_id', v_source_id,
      'entitlements', public.get_user_entitlements(p_user_id, p_now));
  end if;
  insert into public.entitlement_audit (at, operator, action, user_id, source_id, reason, details)
  values (p_now, p_operator, 'grant', p_user_id, v_source_id, p_reason,
    v_terms || jsonb_build_object('expires_at', p_expires_at));
  perform billing.raise_version(p_user_id, null, p_now);
  return jsonb_build_object('outcome', 'granted', 'source_id', v_source_id,
    'entitlements', public.get_user_entitlements(p_user_id, p_now));
end
$$;
