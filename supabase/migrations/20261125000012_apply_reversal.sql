-- billing.apply_reversal(user, reversal, event): one refund, dispute or warning, as one snapshot tells it.
--
-- Promises (I4): as billing.compare_snapshots; of a refund `failed` and `canceled` are terminal, so they win over
--   `succeeded` however they arrive, and of a dispute nothing is: the newest word counts.
-- Locks: the caller holds the user's row; then the reversal's row.
-- Answers: 'applied' (access may have changed), 'unchanged' or 'stale'. Raises TG001 at a true tie, with the revision
--   that a read must be newer than; TG003 where the payment is somebody else's.
-- Called by: billing.apply_change.
create function billing.apply_reversal(p_user_id uuid, p_reversal jsonb, p_event_id text) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_row public.payment_reversals;
  v_at timestamptz := billing.from_seconds(p_reversal ->> 'snapshot_at');
  v_rank smallint := (p_reversal ->> 'snapshot_rank')::smallint;
  v_verdict text;
begin
  select * into v_row from public.payment_reversals r where r.object_id = p_reversal ->> 'object_id' for update;
  if found and v_row.user_id <> p_user_id then
    raise exception 'payment_of_another_user' using errcode = 'TG003';
  end if;
  v_verdict := billing.compare_snapshots(
    (v_row.snapshot_at, v_row.snapshot_rank, v_row.terminal, jsonb_build_array(v_row.status, v_row.amount), null,
      v_row.revision),
    (v_at, v_rank, (p_reversal ->> 'terminal')::boolean,
      jsonb_build_array(p_reversal -> 'status', p_reversal -> 'amount'), null,
      (p_reversal ->> 'read_after_revision')::bigint));
  if v_verdict = 'ambiguous' then
    raise exception 'same_second' using errcode = 'TG001', detail = v_row.revision;
  end if;
  if v_verdict = 'applied' then
    insert into public.payment_reversals as r (
      object_id, kind, payment_id, user_id, status, terminal, amount, stripe_event_id, snapshot_at, snapshot_rank)
    values (
      p_reversal ->> 'object_id', p_reversal ->> 'kind', p_reversal ->> 'payment_id', p_user_id,
      p_reversal ->> 'status', (p_reversal ->> 'terminal')::boolean, (p_reversal ->> 'amount')::bigint, p_event_id,
      v_at, v_rank)
    on conflict (object_id) do update set
      status = excluded.status, terminal = excluded.terminal, amount = excluded.amount,
      stripe_event_id = excluded.stripe_event_id, snapshot_at = greatest(r.snapshot_at, excluded.snapshot_at),
      snapshot_rank = excluded.snapshot_rank, revision = excluded.revision;
    -- A read of what is known already changes nothing.
    if v_row.status = p_reversal ->> 'status' and v_row.amount = (p_reversal ->> 'amount')::bigint then
      return 'unchanged';
    end if;
  elsif v_verdict = 'unchanged' then
    update public.payment_reversals r
    set snapshot_at = v_at, snapshot_rank = v_rank, revision = nextval('billing.reversal_revision')
    where r.object_id = v_row.object_id and (r.snapshot_at, r.snapshot_rank) < (v_at, v_rank);
  end if;
  return v_verdict;
end
$$;
