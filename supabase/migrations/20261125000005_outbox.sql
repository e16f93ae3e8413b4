-- What must follow a change elsewhere (a mail, a chart), written in the transaction of the change, with the version
-- that it led to. It is delivered at least once and in the order of a user's rows; what is delivered is deleted.
create table public.outbox (
  id bigint generated always as identity primary key,
  user_id uuid,
  topic text not null,
  -- The user's version after the change: versions that one user's rows carry never fall.
  entitlement_version bigint,
  stripe_event_id text,
  details jsonb not null default '{}',
  created_at timestamptz not null,
  -- How often it was tried, until when somebody has it in hand, and when it may be tried again.
  attempts integer not null default 0,
  not_before timestamptz not null
);
-- claim_outbox: the oldest row of each user
create index idx_outbox_user_id on public.outbox (user_id, id);

alter table public.outbox enable row level security;
alter table public.outbox force row level security;
revoke all on public.outbox from anon, authenticated, service_role;
grant select on public.outbox to service_role;
