-- billing.refuse_ledger_rewrite: the trigger that keeps the ledger.
--
-- Promises: I1, I3: what the ledger says of an event stays said. Two things may change: an event that could not be applied
--   yet, when it is tried again, which counts as one more try; and the body of a settled one, which may go when its time is
--   over. Raises TG002. Called by: every update and delete of public.stripe_events.
create or replace function billing.refuse_ledger_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.event_id = old.event_id then
    if old.outcome = 'unresolved' and new.payload is not distinct from old.payload then
      new.attempts := old.attempts + 1;
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

-- A row of the ledger is written once, when its outcome is known: none can be found in progress any more.
drop function billing.law_no_event_is_half_done(timestamptz);

notify pgrst, 'reload schema';
