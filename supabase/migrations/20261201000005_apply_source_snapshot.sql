-- billing.apply_source_snapshot(user, source, event, now): sets one source from one snapshot of Stripe's object.
--
-- Promises (I4): an older snapshot never overwrites a newer one; equal content changes nothing; a terminal state
--   wins over any later word. Facts that merge (moments of becoming past due, of payment) count even from a
--   snapshot that comes too late to count itself.
-- Locks: the caller holds the user's row of billing_users; then the source's row.
-- Answers: 'applied' (access may have changed), 'unchanged', 'stale', 'ambiguous' (a true tie: read the object),
--   'source_of_another_user'.
-- Called by: billing.apply_change.
create or replace function billing.apply_source_snapshot(p_user_id uuid, p_source jsonb, p_event_id text, p_now timestamptz)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_row public.user_entitlements;
  v_before public.user_entitlements;
  v_at timestamptz := to_timestamp((p_source ->> 'snapshot_at')::double precision);
  v_rank smallint := (p_source ->> 'snapshot_rank')::smallint;
  v_terminal boolean := (p_source ->> 'terminal')::boolean;
  v_content jsonb := p_source -> 'content';
  v_content_before jsonb := nullif(p_source -> 'content_before', 'null'::jsonb);
  v_past_due boolean := p_source ->> 'status' = 'past_due';
  v_known billing.snapshot;
  v_told billing.snapshot;
  v_verdict text;
begin
  select * into v_row from public.user_entitlements s where s.source_id = p_source ->> 'source_id' for update;
  if found and v_row.user_id <> p_user_id then
    return 'source_of_another_user';
  end if;
  v_before := v_row;

  v_known := (v_row.snapshot_at, v_row.snapshot_rank, v_row.terminal, v_row.content, v_row.content_before,
    v_row.revision);
  v_told := (v_at, v_rank, v_terminal, v_content, v_content_before, (p_source ->> 'read_after_revision')::bigint);
  v_verdict := billing.compare_snapshots(v_known, v_told);
  if v_verdict = 'ambiguous' then
    return v_verdict;
  end if;

  if v_verdict = 'applied' then
    v_row.source_kind := p_source ->> 'kind';
    v_row.source_id := p_source ->> 'source_id';
    v_row.stripe_event_id := p_event_id;
    v_row.status := p_source ->> 'status';
    v_row.terminal := v_terminal;
    v_row.grants_access := (p_source ->> 'grants_access')::boolean;
    v_row.plan := p_source ->> 'plan';
    v_row.plan_version := (p_source ->> 'plan_version')::integer;
    v_row.quantity := (p_source ->> 'quantity')::integer;
    v_row.items := p_source -> 'items';
    v_row.renews_at := to_timestamp((p_source ->> 'renews_at')::double precision);
    v_row.cancels_at := to_timestamp((p_source ->> 'cancels_at')::double precision);
    v_row.expires_bound := to_timestamp((p_source ->> 'expires_at')::double precision);
    v_row.past_due_grace := make_interval(secs => (p_source ->> 'past_due_grace_seconds')::double precision);
    v_row.duration := make_interval(secs => (p_source ->> 'duration_seconds')::double precision);
    v_row.amount_paid := (p_source ->> 'amount_paid')::bigint;
    v_row.bought_once := coalesce((p_source ->> 'bought_once')::boolean, false);
    v_row.content := v_content;
  end if;
  if v_verdict in ('applied', 'unchanged') then
    v_row.snapshot_at := greatest(v_row.snapshot_at, v_at);
    v_row.snapshot_rank := v_rank;
  end if;
  v_row.content_before := billing.contents_before(v_known, v_told, v_verdict);

  -- greatest() and least() pass over nulls.
  v_row.past_due_entered_at := greatest(
    v_row.past_due_entered_at, to_timestamp((p_source ->> 'past_due_entered_at')::double precision));
  v_row.not_past_due_at := greatest(v_row.not_past_due_at, case when not v_past_due then v_at end);
  v_row.past_due_seen_at := least(
    case when v_row.past_due_seen_at >= coalesce(v_row.not_past_due_at, '-infinity') then v_row.past_due_seen_at end,
    case when v_past_due and v_at >= coalesce(v_row.not_past_due_at, '-infinity') then v_at end);
  v_row.paid_at := least(v_row.paid_at, to_timestamp((p_source ->> 'paid_at')::double precision));

  v_row.expires_at := case
    when v_row.status = 'past_due' then least(v_row.expires_bound, v_row.past_due_grace + billing.past_due_since(
      v_row.past_due_entered_at, v_row.not_past_due_at, v_row.past_due_seen_at, v_row.snapshot_at))
    when v_row.duration is not null then v_row.paid_at + v_row.duration
    else v_row.expires_bound
  end;

  -- Facts of a late snapshot can move the end of access: then it counts as a change, and is this event's doing.
  if v_verdict = 'stale' and v_row.expires_at is distinct from v_before.expires_at then
    v_verdict := 'applied';
    v_row.stripe_event_id := p_event_id;
  end if;

  if v_row is not distinct from v_before then
    return v_verdict;
  end if;
  if v_before.id is null then
    insert into public.user_entitlements (
      user_id, source_kind, source_id, stripe_event_id, status, terminal, grants_access, plan, plan_version, quantity,
      items, renews_at, cancels_at, expires_at, past_due_entered_at, not_past_due_at, past_due_seen_at, paid_at,
      past_due_grace, duration, expires_bound, snapshot_at, snapshot_rank, content, content_before,
      amount_paid, bought_once, created_at, updated_at)
    values (
      p_user_id, v_row.source_kind, v_row.source_id, v_row.stripe_event_id, v_row.status, v_row.terminal,
      v_row.grants_access, v_row.plan, v_row.plan_version, v_row.quantity, v_row.items, v_row.renews_at,
      v_row.cancels_at, v_row.expires_at, v_row.past_due_entered_at, v_row.not_past_due_at, v_row.past_due_seen_at,
      v_row.paid_at, v_row.past_due_grace, v_row.duration, v_row.expires_bound, v_row.snapshot_at,
      v_row.snapshot_rank, v_row.content, v_row.content_before, v_row.amount_paid,
      v_row.bought_once, p_now, p_now);
    return 'applied';
  end if;
  update public.user_entitlements s set
    stripe_event_id = v_row.stripe_event_id, status = v_row.status, terminal = v_row.terminal,
    grants_access = v_row.grants_access, plan = v_row.plan, plan_version = v_row.plan_version,
    quantity = v_row.quantity, items = v_row.items, renews_at = v_row.renews_at, cancels_at = v_row.cancels_at,
    expires_at = v_row.expires_at, past_due_entered_at = v_row.past_due_entered_at,
    not_past_due_at = v_row.not_past_due_at, past_due_seen_at = v_row.past_due_seen_at, paid_at = v_row.paid_at,
    past_due_grace = v_row.past_due_grace, duration = v_row.duration, expires_bound = v_row.expires_bound,
    snapshot_at = v_row.snapshot_at, snapshot_rank = v_row.snapshot_rank,
    content = v_row.content, content_before = v_row.content_before, amount_paid = v_row.amount_paid,
    bought_once = v_row.bought_once, revision = v_row.revision + 1,
    updated_at = p_now
  where s.id = v_row.id;
  return v_verdict;
end
$$;
