-- Instants leave the database as milliseconds since the epoch and enter it as Stripe's whole seconds.
create function billing.epoch_ms(p_at timestamptz) returns bigint
language sql immutable
set search_path = ''
as $$ select (extract(epoch from p_at) * 1000)::bigint $$;

create function billing.from_seconds(p_seconds text) returns timestamptz
language sql immutable
set search_path = ''
as $$ select to_timestamp(p_seconds::double precision) $$;

-- The moment a subscription became past due, from facts that merge in any order: the latest event that shows the
-- change into it; until that has come, the oldest snapshot seen since the status was last another.
create function billing.past_due_since(
  p_entered_at timestamptz, p_not_past_due_at timestamptz, p_seen_at timestamptz, p_snapshot_at timestamptz
) returns timestamptz
language sql immutable
set search_path = ''
as $$
  select case
    when p_entered_at >= coalesce(p_not_past_due_at, '-infinity') then p_entered_at
    when p_seen_at >= coalesce(p_not_past_due_at, '-infinity') then p_seen_at
    else p_snapshot_at
  end
$$;
