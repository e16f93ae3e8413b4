-- revoke_entitlement(source, operator, reason, now): ends access that was granted by hand, for good.
--
-- Promises: only a grant by hand can be revoked here; what Stripe's objects grant ends with them. The audit row and
--   the end commit together; the user's version rises with it, and the outbox says so (I4).
-- Locks: the user's row, then the source's.
-- Answers: { outcome, user_id, entitlements }
--   revoked          it has ended now
--   already_revoked  it had ended before; nothing was done
--   not_found        there is no such grant; the rest is null
-- Called by: RevokeEntitlement.
create or replace function public.revoke_entitlement(p_source_id text, p_operator text, p_reason text, p_now timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_user_id uuid;
  v_outcome text := 'already_revoked';
begin
  select s.user_id into v_user_id from public.user_entitlements s
  where s.source_id = p_source_id and s.source_kind = 'manual';
  if not found then
    return jsonb_build_object('outcome', 'not_found', 'user_id', null, 'entitlements', null);
  end if;
  perform billing.lock_user(v_user_id, null, false, p_now);
  update public.user_entitlements s
  set status = 'revoked', terminal = true, grants_access = false, expires_at = least(s.expires_at, p_now),
    revision = s.revision + 1, updated_at = p_now
  where s.source_id = p_source_id and not s.terminal;
  if found then
    v_outcome := 'revoked';
    insert into public.entitlement_audit (at, operator, action, user_id, source_id, reason, details)
    values (p_now, p_operator, 'revoke', v_user_id, p_source_id, p_reason, '{}');
    perform billing.raise_version(v_user_id, null, p_now);
  end if;
  return jsonb_build_object('outcome', v_outcome, 'user_id', v_user_id,
    'entitlements', public.get_user_entitlements(v_user_id, p_now));
end
$$;
