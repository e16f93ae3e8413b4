-- Every event reads a dozen instants. Postgres puts a function that fixes its search_path into no statement's plan, and starts
-- an executor for each call of one in SQL: one in plpgsql evaluates its expression and is done.

-- billing.from_seconds(seconds): an instant, as Stripe counts it, from a document of JSON.
create or replace function billing.from_seconds(p_seconds text) returns timestamptz
language plpgsql immutable
set search_path = ''
as $$ begin return to_timestamp(p_seconds::double precision); end $$;

-- billing.epoch_ms(at): an instant as JavaScript counts it.
create or replace function billing.epoch_ms(p_at timestamptz) returns bigint
language plpgsql immutable
set search_path = ''
as $$ begin return (extract(epoch from p_at) * 1000)::bigint; end $$;

-- billing.past_due_since(entered, not past due, seen, snapshot): the moment a subscription became past due, from facts
-- that merge in any order: the latest event that shows the change into it; until that has come, the oldest snapshot
-- seen since the status was last another.
create or replace function billing.past_due_since(
  p_entered_at timestamptz, p_not_past_due_at timestamptz, p_seen_at timestamptz, p_snapshot_at timestamptz
) returns timestamptz
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when p_entered_at >= coalesce(p_not_past_due_at, '-infinity') then p_entered_at
    when p_seen_at >= coalesce(p_not_past_due_at, '-infinity') then p_seen_at
    else p_snapshot_at
  end;
end
$$;
