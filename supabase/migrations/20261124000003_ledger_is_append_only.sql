-- I1, I3: what the ledger says of an event stays said. Only an event that could not be applied yet may change,
-- once, when it is applied after all.
create function billing.refuse_ledger_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and old.outcome = 'unresolved' and new.event_id = old.event_id
     and new.payload = old.payload then
    return new;
  end if;
  raise exception 'the ledger of Stripe events is append-only' using errcode = 'TG002';
end
$$;

create trigger stripe_events_append_only
  before update or delete on public.stripe_events
  for each row execute function billing.refuse_ledger_rewrite();
