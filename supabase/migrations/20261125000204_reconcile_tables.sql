-- A reconciliation reads all of Stripe's objects, in many short calls: what it has read, and what it found apart.

create table public.reconcile_runs (
  run_id uuid primary key,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  repairs boolean not null,
  -- What is being read, and the last object of the last page that is done; null before the first page.
  phase text not null check (phase in ('subscriptions', 'payments', 'customers', 'sources', 'finished')),
  cursor text,
  objects bigint not null default 0,
  drifts bigint not null default 0,
  repaired bigint not null default 0,
  check ((phase = 'finished') = (finished_at is not null))
);
-- start_reconcile_run: at most one that mends and one that only looks are under way
create unique index idx_reconcile_runs_one_live on public.reconcile_runs (repairs) where finished_at is null;
-- get_reconcile_run: the newest
create index idx_reconcile_runs_started on public.reconcile_runs (started_at desc);

-- Where Stripe's object and ours were found apart.
create table public.reconcile_drifts (
  run_id uuid not null references public.reconcile_runs (run_id) on delete cascade,
  object_id text not null,
  kind text not null,
  user_id uuid,
  ours text,
  stripes text,
  repaired boolean not null,
  found_at timestamptz not null,
  primary key (run_id, object_id, kind)
);

-- The sources that Stripe has been seen to have, for as long as the run lasts.
create table public.reconcile_seen (
  run_id uuid not null references public.reconcile_runs (run_id) on delete cascade,
  source_id text not null,
  primary key (run_id, source_id)
);

alter table public.reconcile_runs enable row level security;
alter table public.reconcile_runs force row level security;
alter table public.reconcile_drifts enable row level security;
alter table public.reconcile_drifts force row level security;
alter table public.reconcile_seen enable row level security;
alter table public.reconcile_seen force row level security;
revoke all on public.reconcile_runs, public.reconcile_drifts, public.reconcile_seen
  from anon, authenticated, service_role;
grant select on public.reconcile_runs, public.reconcile_drifts, public.reconcile_seen to service_role;
