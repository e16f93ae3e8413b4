-- What takes a payment back, or may: refunds, disputes, warnings of fraud. Each is an object of Stripe's with its own
-- version, and belongs to a payment; which source that paid for, and whether it is held for it, is judged when it is
-- read. So a reversal may come before its payment, its invoice or its grant.

-- Each write takes a number of its own: a read of an object that began after this number was seen is newer than the row.
create sequence billing.reversal_revision;

create table public.payment_reversals (
  object_id text primary key,
  kind text not null check (kind in ('refund', 'dispute', 'fraud_warning')),
  -- A payment intent, or a charge that has none.
  payment_id text not null,
  user_id uuid not null references public.billing_users (user_id),
  status text not null,
  terminal boolean not null,
  amount bigint not null check (amount >= 0),
  stripe_event_id text,
  snapshot_at timestamptz not null,
  snapshot_rank smallint not null,
  revision bigint not null default nextval('billing.reversal_revision')
);
-- billing.hold_facts: what takes payments of one user back
create index idx_payment_reversals_user_id on public.payment_reversals (user_id);
-- an invoice payment that is learned late asks whether it was taken back
create index idx_payment_reversals_payment_id on public.payment_reversals (payment_id);

-- The size of what was paid, to which the refunds compare.
alter table public.user_entitlements add column amount_paid bigint;
alter table public.invoice_payments add column amount_paid bigint;
-- One row a payment of an invoice, whoever told of it: its own event, or an invoice of a version before 2025-03-31,
-- which names its payment itself. Also for a refund or dispute, which knows the payment and asks for the invoice.
drop index public.idx_invoice_payments_payment_id;
create unique index idx_invoice_payments_payment_id on public.invoice_payments (payment_id, invoice_id);
-- Within one second the later state of an invoice counts.
alter table public.subscription_invoices add column snapshot_rank smallint not null default 0;

-- billing.paid_through: the latest period of a subscription that was paid
create index idx_subscription_invoices_paid on public.subscription_invoices (subscription_id, period_end)
  where status = 'paid' and billing_reason in ('subscription_create', 'subscription_cycle');
-- billing.hold_facts: the invoices of one user that were given up
create index idx_subscription_invoices_given_up on public.subscription_invoices (user_id)
  where status in ('void', 'uncollectible');

-- Customers that were deleted at Stripe: they speak for their user still, and are linked to nobody again.
create table public.ended_customers (
  stripe_customer_id text primary key,
  user_id uuid not null references public.billing_users (user_id),
  ended_at timestamptz not null
);
-- the foreign key, and how many customers a user has had
create index idx_ended_customers_user_id on public.ended_customers (user_id);

alter table public.payment_reversals enable row level security;
alter table public.payment_reversals force row level security;
alter table public.ended_customers enable row level security;
alter table public.ended_customers force row level security;
revoke all on public.payment_reversals, public.ended_customers from anon, authenticated, service_role;
grant select on public.payment_reversals, public.ended_customers to service_role;
