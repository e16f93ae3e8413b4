-- The tables of billing. Users never write them: every write goes through a function of the service role.

-- What PostgREST does not expose: the steps that the public functions are made of.
create schema if not exists billing;
revoke all on schema billing from public;

-- A function made later is nobody's to call until a migration grants it (Supabase grants to anon by default).
alter default privileges in schema public revoke execute on functions from public, anon, authenticated;
alter default privileges in schema billing revoke execute on functions from public;
alter default privileges revoke execute on functions from public;

-- Raised by hand after a restore from a backup, so that what caches hold from the lost future loses to the truth.
create table public.billing_epoch (
  singleton boolean primary key default true check (singleton),
  epoch integer not null default 1 check (epoch >= 1)
);
insert into public.billing_epoch default values;

-- One row a user: the lock that serialises a user's changes, their one Stripe customer, their version.
create table public.billing_users (
  user_id uuid primary key,
  stripe_customer_id text unique,
  entitlement_version bigint not null default 0 check (entitlement_version >= 0),
  created_at timestamptz not null
);

-- A row is one source of access: a subscription with its items, a one-time payment, a grant by hand.
create table public.user_entitlements (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.billing_users (user_id),
  source_kind text not null check (source_kind in ('subscription', 'payment', 'manual')),
  source_id text not null unique,
  -- An event concerns one source: the event that last changed this row stands here once; null while none has.
  stripe_event_id text,
  status text not null,
  terminal boolean not null,
  grants_access boolean not null,
  plan text not null,
  plan_version integer not null,
  quantity integer not null check (quantity > 0),
  items jsonb not null,
  renews_at timestamptz,
  cancels_at timestamptz,
  -- Access ends at this instant; null never ends.
  expires_at timestamptz,
  -- Facts that merge in any order and are judged at the end (greatest, greatest, least, least).
  past_due_entered_at timestamptz,
  not_past_due_at timestamptz,
  past_due_seen_at timestamptz,
  paid_at timestamptz,
  -- What the judgement needs of the policy that was in force when the snapshot was taken.
  past_due_grace interval,
  duration interval,
  expires_bound timestamptz,
  -- The version of the snapshot that this row was last set from, and its content before and after the change.
  snapshot_at timestamptz not null,
  snapshot_rank smallint not null,
  content jsonb not null,
  content_before jsonb,
  -- Raised by each write: a read of the object that began after this revision was seen is newer than the row.
  revision bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- get_user_entitlements: the sources of one user
create index idx_user_entitlements_user_id on public.user_entitlements (user_id);
-- the guard of "one event changes one row", and the way from an event to its row
create unique index idx_user_entitlements_stripe_event_id on public.user_entitlements (stripe_event_id);
alter table public.user_entitlements
  add constraint idx_user_entitlements_stripe_event_id unique using index idx_user_entitlements_stripe_event_id;
-- reports of what expires when
create index idx_user_entitlements_expires_at on public.user_entitlements (expires_at);

-- What withholds access without ending the grant. It may arrive before its source.
create table public.entitlement_holds (
  source_id text not null,
  kind text not null check (kind in ('refund', 'dispute', 'pause')),
  -- The object that placed it: a refund, a dispute, or the subscription itself.
  object_id text not null,
  placed boolean not null,
  snapshot_at timestamptz not null,
  snapshot_rank smallint not null,
  stripe_event_id text,
  primary key (source_id, kind, object_id)
);

-- Subscription invoices as last told by Stripe: what the customer sees, and which periods were paid.
create table public.subscription_invoices (
  invoice_id text primary key,
  user_id uuid not null references public.billing_users (user_id),
  subscription_id text not null,
  status text not null,
  billing_reason text,
  number text,
  amount_due bigint not null,
  amount_paid bigint not null,
  currency text not null,
  hosted_invoice_url text,
  period_end timestamptz,
  invoiced_at timestamptz not null,
  snapshot_at timestamptz not null
);
-- get_billing_account: the newest invoices of one user
create index idx_subscription_invoices_user_id on public.subscription_invoices (user_id, invoiced_at desc);

-- Which payment paid which invoice: since 2025-03-31 neither charge nor payment intent names its invoice.
create table public.invoice_payments (
  invoice_payment_id text primary key,
  invoice_id text not null,
  payment_kind text not null check (payment_kind in ('payment_intent', 'charge', 'payment_record')),
  payment_id text not null,
  paid_at timestamptz not null
);
-- a refund or dispute knows the payment and asks for the invoice
create index idx_invoice_payments_payment_id on public.invoice_payments (payment_id);

-- The reservation of a checkout: at most one live attempt a user.
create table public.checkout_attempts (
  attempt_id uuid primary key,
  user_id uuid not null references public.billing_users (user_id),
  plan text not null,
  parameters_hash text not null,
  -- Raised when Stripe's answer to this attempt is final, so that the next try gets a new idempotency key.
  attempt_number integer not null default 1 check (attempt_number >= 1),
  status text not null check (status in ('reserved', 'open', 'completed', 'expired', 'failed')),
  session_id text unique,
  session_url text,
  session_expires_at timestamptz,
  reserved_at timestamptz not null
);
create unique index idx_checkout_attempts_one_live on public.checkout_attempts (user_id)
  where status in ('reserved', 'open');
-- the foreign key, and the history of one user's attempts
create index idx_checkout_attempts_user_id on public.checkout_attempts (user_id);

-- The ledger: every event once, with what it did and why. Rows are never deleted or rewritten.
create table public.stripe_events (
  event_id text primary key,
  type text not null,
  created timestamptz not null,
  livemode boolean not null,
  api_version text,
  account text,
  object_id text,
  customer_id text,
  user_id uuid,
  outcome text not null check (outcome in ('applied', 'stale', 'ignored', 'unresolved')),
  reason text,
  change jsonb,
  payload bytea not null,
  received_at timestamptz not null,
  check (outcome <> 'unresolved' or reason is not null)
);
-- link_customer: events that were kept because nobody knew their customer; replay by reason
create index idx_stripe_events_unresolved on public.stripe_events (customer_id, created) where outcome = 'unresolved';
-- the console's newest first
create index idx_stripe_events_created on public.stripe_events (created desc);
