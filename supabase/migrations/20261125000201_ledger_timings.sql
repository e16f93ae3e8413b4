-- What the ledger tells of an event's own history: how often it was tried, when its outcome was settled; and for how
-- long its body is kept.

alter table public.stripe_events
  -- tries that reached a decision: one, and one more for each replay of what was kept
  add column attempts integer not null default 1 check (attempts >= 1),
  -- by Postgres's own clock; `received_at` is the app's
  add column settled_at timestamptz not null default clock_timestamp(),
  alter column payload drop not null;

-- list_stripe_events: those of one user, newest first
create index idx_stripe_events_user_id on public.stripe_events (user_id, created desc) where user_id is not null;
-- purge_stripe_payloads: the oldest bodies that are still there
create index idx_stripe_events_payload on public.stripe_events (received_at) where payload is not null;

-- I1, I3: what the ledger says of an event stays said. Two things may change: an event that could not be applied yet,
-- when it is tried again; and the body of a settled one, which may go when its time is over.
create or replace function billing.refuse_ledger_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.event_id = old.event_id then
    if old.outcome = 'unresolved' and new.payload is not distinct from old.payload then
      -- The row is made as `in_progress` by the first try itself.
      new.attempts := old.attempts + case when old.reason = 'in_progress' then 0 else 1 end;
      new.settled_at := clock_timestamp();
      return new;
    end if;
    old.payload := null;
    if old.outcome <> 'unresolved' and new is not distinct from old then
      return new;
    end if;
  end if;
  raise exception 'the ledger of Stripe events is append-only' using errcode = 'TG002';
end
$$;

-- purge_stripe_payloads(before, limit): the bodies of settled events that came before this instant go; everything else
-- of the ledger stays. What is unresolved keeps its body: it is to be replayed.
--
-- Locks: the rows that it changes, skipping those in use. Answers: how many bodies went. Twice is once.
-- Called by: the scheduled check, until it answers fewer than the limit.
create function public.purge_stripe_payloads(p_before timestamptz, p_limit integer) returns integer
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_purged integer;
begin
  update public.stripe_events e set payload = null
  where e.event_id in (
    select o.event_id from public.stripe_events o
    where o.payload is not null and o.received_at < p_before and o.outcome <> 'unresolved'
    order by o.received_at limit p_limit for update skip locked);
  get diagnostics v_purged = row_count;
  return v_purged;
end
$$;
revoke execute on function public.purge_stripe_payloads from public, anon, authenticated;
grant execute on function public.purge_stripe_payloads to service_role;
