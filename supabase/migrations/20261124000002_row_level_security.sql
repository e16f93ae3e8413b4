-- Row level security on every table, forced. A user reads the sources of their own access and nothing else;
-- nobody but the functions of the service role writes.

alter table public.billing_epoch enable row level security;
alter table public.billing_epoch force row level security;
alter table public.billing_users enable row level security;
alter table public.billing_users force row level security;
alter table public.user_entitlements enable row level security;
alter table public.user_entitlements force row level security;
alter table public.entitlement_holds enable row level security;
alter table public.entitlement_holds force row level security;
alter table public.subscription_invoices enable row level security;
alter table public.subscription_invoices force row level security;
alter table public.invoice_payments enable row level security;
alter table public.invoice_payments force row level security;
alter table public.checkout_attempts enable row level security;
alter table public.checkout_attempts force row level security;
alter table public.stripe_events enable row level security;
alter table public.stripe_events force row level security;

revoke all on
  public.billing_epoch, public.billing_users, public.user_entitlements, public.entitlement_holds,
  public.subscription_invoices, public.invoice_payments, public.checkout_attempts, public.stripe_events
from anon, authenticated, service_role;

-- For the operator's tools and for tests; writes go through functions.
grant select on
  public.billing_epoch, public.billing_users, public.user_entitlements, public.entitlement_holds,
  public.subscription_invoices, public.invoice_payments, public.checkout_attempts, public.stripe_events
to service_role;

-- A user sees what they have and until when; never the snapshot or the event behind it.
grant select (user_id, source_kind, status, plan, plan_version, quantity, grants_access, expires_at)
  on public.user_entitlements to authenticated;
create policy "users read their own entitlements" on public.user_entitlements
  for select to authenticated using (user_id = (select auth.uid()));
