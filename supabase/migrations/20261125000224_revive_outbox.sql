-- revive_outbox(now): what was given up is tried anew, in its old order.
--
-- Locks: the rows that were given up. Answers: how many. Called by: the operator's `outbox --retry`.
create function public.revive_outbox(p_now timestamptz) returns integer
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_revived integer;
begin
  update public.outbox o set dead_at = null, attempts = 0, not_before = p_now where o.dead_at is not null;
  get diagnostics v_revived = row_count;
  return v_revived;
end
$$;
revoke execute on function public.revive_outbox from public, anon, authenticated;
grant execute on function public.revive_outbox to service_role;
