-- What must follow a change elsewhere (a mail, a chart, another system), written in the transaction of the change, so
-- that neither is there without the other. It is delivered at least once, and of one user in order; what is delivered
-- goes.
create table public.outbox (
  id bigint generated always as identity primary key,
  -- What a receiver knows the message by, since it may come twice.
  message_id uuid not null default gen_random_uuid(),
  user_id uuid not null references public.billing_users (user_id),
  topic text not null check (topic <> ''),
  -- F57: the user's version after the change. Of one user's rows it never falls.
  entitlement_version bigint not null,
  stripe_event_id text,
  created_at timestamptz not null,
  -- Tries so far, and when the next may be made: somebody has it in hand until then, or it has just failed.
  attempts integer not null default 0 check (attempts >= 0),
  not_before timestamptz not null,
  -- When it was given up, and what the receiver said last.
  dead_at timestamptz,
  last_error text
);
-- claim_outbox: the oldest row of each user; and the foreign key
create index idx_outbox_user_id on public.outbox (user_id, id);
-- claim_outbox: what is due
create index idx_outbox_due on public.outbox (not_before, id) where dead_at is null;
-- get_outbox, revive_outbox: what was given up
create index idx_outbox_dead on public.outbox (dead_at) where dead_at is not null;

alter table public.outbox enable row level security;
alter table public.outbox force row level security;
revoke all on public.outbox from anon, authenticated, service_role;
grant select on public.outbox to service_role;

-- billing.tell(user, topic, event, now): puts one message into the outbox.
-- Locks: the caller holds the user's row, so that the order of the rows is that of the changes.
-- Called by: billing.apply_change, forget_user.
create function billing.tell(p_user_id uuid, p_topic text, p_event_id text, p_now timestamptz) returns void
language sql
set search_path = ''
as $$
  insert into public.outbox (user_id, topic, entitlement_version, stripe_event_id, created_at, not_before)
  select p_user_id, p_topic, u.entitlement_version, p_event_id, p_now, p_now
  from public.billing_users u where u.user_id = p_user_id
$$;

-- billing.raise_version(user, event, now): the user's next version, and the outbox's word of it: neither without the other.
-- Locks: the caller holds the user's row. Called by: whatever changes a user's access.
create function billing.raise_version(p_user_id uuid, p_event_id text, p_now timestamptz) returns void
language sql
set search_path = ''
as $$
  update public.billing_users u set entitlement_version = u.entitlement_version + 1 where u.user_id = p_user_id;
  select billing.tell(p_user_id, 'entitlements.changed', p_event_id, p_now)
$$;
