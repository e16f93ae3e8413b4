-- Made from the migrated database. To make it anew: npm test -- --update

-- tables
billing_epoch.singleton boolean not null default true
billing_epoch.epoch integer not null default 1
billing_users.user_id uuid not null
billing_users.stripe_customer_id text
billing_users.entitlement_version bigint not null default 0
billing_users.created_at timestamp with time zone not null
billing_users.forgotten_at timestamp with time zone
checkout_attempts.attempt_id uuid not null
checkout_attempts.user_id uuid not null
checkout_attempts.plan text not null
checkout_attempts.parameters_hash text not null
checkout_attempts.attempt_number integer not null default 1
checkout_attempts.status text not null
checkout_attempts.session_id text
checkout_attempts.session_url text
checkout_attempts.session_expires_at timestamp with time zone
checkout_attempts.reserved_at timestamp with time zone not null
checkout_attempts.takes_over boolean not null default false
ended_customers.stripe_customer_id text not null
ended_customers.user_id uuid not null
ended_customers.ended_at timestamp with time zone not null
entitlement_audit.id bigint not null generated always as identity
entitlement_audit.at timestamp with time zone not null
entitlement_audit.operator text not null
entitlement_audit.action text not null
entitlement_audit.user_id uuid not null
entitlement_audit.source_id text not null
entitlement_audit.reason text not null
entitlement_audit.details jsonb not null
invoice_payments.invoice_payment_id text not null
invoice_payments.invoice_id text not null
invoice_payments.payment_kind text not null
invoice_payments.payment_id text not null
invoice_payments.paid_at timestamp with time zone not null
invoice_payments.amount_paid bigint
outbox.id bigint not null generated always as identity
outbox.message_id uuid not null default gen_random_uuid()
outbox.user_id uuid not null
outbox.topic text not null
outbox.entitlement_version bigint not null
outbox.stripe_event_id text
outbox.created_at timestamp with time zone not null
outbox.attempts integer not null default 0
outbox.not_before timestamp with time zone not null
outbox.dead_at timestamp with time zone
outbox.last_error text
payment_reversals.object_id text not null
payment_reversals.kind text not null
payment_reversals.payment_id text not null
payment_reversals.user_id uuid not null
payment_reversals.status text not null
payment_reversals.terminal boolean not null
payment_reversals.amount bigint not null
payment_reversals.stripe_event_id text
payment_reversals.snapshot_at timestamp with time zone not null
payment_reversals.snapshot_rank smallint not null
payment_reversals.revision bigint not null default nextval('billing.reversal_revision'::regclass)
reconcile_drifts.run_id uuid not null
reconcile_drifts.object_id text not null
reconcile_drifts.kind text not null
reconcile_drifts.user_id uuid
reconcile_drifts.ours text
reconcile_drifts.stripes text
reconcile_drifts.repaired boolean not null
reconcile_drifts.found_at timestamp with time zone not null
reconcile_runs.run_id uuid not null
reconcile_runs.started_at timestamp with time zone not null
reconcile_runs.updated_at timestamp with time zone not null
reconcile_runs.finished_at timestamp with time zone
reconcile_runs.repairs boolean not null
reconcile_runs.phase text not null
reconcile_runs.cursor text
reconcile_runs.objects bigint not null default 0
reconcile_runs.drifts bigint not null default 0
reconcile_runs.repaired bigint not null default 0
reconcile_seen.run_id uuid not null
reconcile_seen.source_id text not null
stripe_events.event_id text not null
stripe_events.type text not null
stripe_events.created timestamp with time zone not null
stripe_events.livemode boolean not null
stripe_events.api_version text
stripe_events.account text
stripe_events.object_id text
stripe_events.customer_id text
stripe_events.user_id uuid
stripe_events.outcome text not null
stripe_events.reason text
stripe_events.change jsonb
stripe_events.payload bytea
stripe_events.received_at timestamp with time zone not null
stripe_events.attempts integer not null default 1
stripe_events.settled_at timestamp with time zone not null default clock_timestamp()
subscription_invoices.invoice_id text not null
subscription_invoices.user_id uuid not null
subscription_invoices.subscription_id text not null
subscription_invoices.status text not null
subscription_invoices.billing_reason text
subscription_invoices.number text
subscription_invoices.amount_due bigint not null
subscription_invoices.amount_paid bigint not null
subscription_invoices.currency text not null
subscription_invoices.hosted_invoice_url text
subscription_invoices.period_end timestamp with time zone
subscription_invoices.invoiced_at timestamp with time zone not null
subscription_invoices.snapshot_at timestamp with time zone not null
subscription_invoices.snapshot_rank smallint not null default 0
trials.subscription_id text not null
trials.began_at timestamp with time zone not null
trials.verdict text
trials.card_fingerprint text
user_entitlements.id bigint not null generated always as identity
user_entitlements.user_id uuid not null
user_entitlements.source_kind text not null
user_entitlements.source_id text not null
user_entitlements.stripe_event_id text
user_entitlements.status text not null
user_entitlements.terminal boolean not null
user_entitlements.grants_access boolean not null
user_entitlements.plan text not null
user_entitlements.plan_version integer not null
user_entitlements.quantity integer not null
user_entitlements.items jsonb not null
user_entitlements.renews_at timestamp with time zone
user_entitlements.cancels_at timestamp with time zone
user_entitlements.expires_at timestamp with time zone
user_entitlements.past_due_entered_at timestamp with time zone
user_entitlements.not_past_due_at timestamp with time zone
user_entitlements.past_due_seen_at timestamp with time zone
user_entitlements.paid_at timestamp with time zone
user_entitlements.past_due_grace interval
user_entitlements.duration interval
user_entitlements.expires_bound timestamp with time zone
user_entitlements.snapshot_at timestamp with time zone not null
user_entitlements.snapshot_rank smallint not null
user_entitlements.content jsonb not null
user_entitlements.content_before jsonb
user_entitlements.revision bigint not null default 1
user_entitlements.created_at timestamp with time zone not null
user_entitlements.updated_at timestamp with time zone not null
user_entitlements.amount_paid bigint
user_entitlements.bought_once boolean not null default false

-- constraints
billing_epoch billing_epoch_epoch_check CHECK ((epoch >= 1))
billing_epoch billing_epoch_pkey PRIMARY KEY (singleton)
billing_epoch billing_epoch_singleton_check CHECK (singleton)
billing_users billing_users_entitlement_version_check CHECK ((entitlement_version >= 0))
billing_users billing_users_pkey PRIMARY KEY (user_id)
billing_users billing_users_stripe_customer_id_key UNIQUE (stripe_customer_id)
checkout_attempts checkout_attempts_attempt_number_check CHECK ((attempt_number >= 1))
checkout_attempts checkout_attempts_pkey PRIMARY KEY (attempt_id)
checkout_attempts checkout_attempts_session_id_key UNIQUE (session_id)
checkout_attempts checkout_attempts_status_check CHECK ((status = ANY (ARRAY['reserved'::text, 'open'::text, 'completed'::text, 'expired'::text, 'failed'::text])))
checkout_attempts checkout_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES billing_users(user_id)
ended_customers ended_customers_pkey PRIMARY KEY (stripe_customer_id)
ended_customers ended_customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES billing_users(user_id)
entitlement_audit entitlement_audit_action_check CHECK ((action = ANY (ARRAY['grant'::text, 'revoke'::text, 'forget'::text])))
entitlement_audit entitlement_audit_operator_check CHECK ((operator <> ''::text))
entitlement_audit entitlement_audit_pkey PRIMARY KEY (id)
entitlement_audit entitlement_audit_reason_check CHECK ((reason <> ''::text))
invoice_payments invoice_payments_payment_kind_check CHECK ((payment_kind = ANY (ARRAY['payment_intent'::text, 'charge'::text, 'payment_record'::text])))
invoice_payments invoice_payments_pkey PRIMARY KEY (invoice_payment_id)
outbox outbox_attempts_check CHECK ((attempts >= 0))
outbox outbox_pkey PRIMARY KEY (id)
outbox outbox_topic_check CHECK ((topic <> ''::text))
outbox outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES billing_users(user_id)
payment_reversals payment_reversals_amount_check CHECK ((amount >= 0))
payment_reversals payment_reversals_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'dispute'::text, 'fraud_warning'::text])))
payment_reversals payment_reversals_pkey PRIMARY KEY (object_id)
payment_reversals payment_reversals_user_id_fkey FOREIGN KEY (user_id) REFERENCES billing_users(user_id)
reconcile_drifts reconcile_drifts_pkey PRIMARY KEY (run_id, object_id, kind)
reconcile_drifts reconcile_drifts_run_id_fkey FOREIGN KEY (run_id) REFERENCES reconcile_runs(run_id) ON DELETE CASCADE
reconcile_runs reconcile_runs_check CHECK (((phase = 'finished'::text) = (finished_at IS NOT NULL)))
reconcile_runs reconcile_runs_phase_check CHECK ((phase = ANY (ARRAY['subscriptions'::text, 'payments'::text, 'customers'::text, 'refunds'::text, 'disputes'::text, 'sources'::text, 'finished'::text])))
reconcile_runs reconcile_runs_pkey PRIMARY KEY (run_id)
reconcile_seen reconcile_seen_pkey PRIMARY KEY (run_id, source_id)
reconcile_seen reconcile_seen_run_id_fkey FOREIGN KEY (run_id) REFERENCES reconcile_runs(run_id) ON DELETE CASCADE
stripe_events stripe_events_attempts_check CHECK ((attempts >= 1))
stripe_events stripe_events_check CHECK (((outcome <> 'unresolved'::text) OR (reason IS NOT NULL)))
stripe_events stripe_events_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'stale'::text, 'ignored'::text, 'unresolved'::text])))
stripe_events stripe_events_pkey PRIMARY KEY (event_id)
subscription_invoices subscription_invoices_pkey PRIMARY KEY (invoice_id)
subscription_invoices subscription_invoices_user_id_fkey FOREIGN KEY (user_id) REFERENCES billing_users(user_id)
trials trials_card_fingerprint_key UNIQUE (card_fingerprint)
trials trials_check CHECK (((NOT (verdict IS DISTINCT FROM 'first_of_card'::text)) = (card_fingerprint IS NOT NULL)))
trials trials_pkey PRIMARY KEY (subscription_id)
trials trials_verdict_check CHECK ((verdict = ANY (ARRAY['first_of_card'::text, 'card_had_one'::text, 'no_card'::text])))
user_entitlements idx_user_entitlements_stripe_event_id UNIQUE (stripe_event_id)
user_entitlements user_entitlements_pkey PRIMARY KEY (id)
user_entitlements user_entitlements_quantity_check CHECK ((quantity > 0))
user_entitlements user_entitlements_source_id_key UNIQUE (source_id)
user_entitlements user_entitlements_source_kind_check CHECK ((source_kind = ANY (ARRAY['subscription'::text, 'payment'::text, 'manual'::text])))
user_entitlements user_entitlements_user_id_fkey FOREIGN KEY (user_id) REFERENCES billing_users(user_id)

-- indexes
CREATE UNIQUE INDEX billing_epoch_pkey ON public.billing_epoch USING btree (singleton)
CREATE UNIQUE INDEX billing_users_pkey ON public.billing_users USING btree (user_id)
CREATE UNIQUE INDEX billing_users_stripe_customer_id_key ON public.billing_users USING btree (stripe_customer_id)
CREATE UNIQUE INDEX checkout_attempts_pkey ON public.checkout_attempts USING btree (attempt_id)
CREATE UNIQUE INDEX checkout_attempts_session_id_key ON public.checkout_attempts USING btree (session_id)
CREATE UNIQUE INDEX ended_customers_pkey ON public.ended_customers USING btree (stripe_customer_id)
CREATE UNIQUE INDEX entitlement_audit_pkey ON public.entitlement_audit USING btree (id)
CREATE UNIQUE INDEX idx_checkout_attempts_one_live ON public.checkout_attempts USING btree (user_id) WHERE (status = ANY (ARRAY['reserved'::text, 'open'::text]))
CREATE INDEX idx_checkout_attempts_user_id ON public.checkout_attempts USING btree (user_id)
CREATE INDEX idx_ended_customers_user_id ON public.ended_customers USING btree (user_id)
CREATE INDEX idx_entitlement_audit_user_id ON public.entitlement_audit USING btree (user_id, at DESC)
CREATE UNIQUE INDEX idx_invoice_payments_payment_id ON public.invoice_payments USING btree (payment_id, invoice_id)
CREATE INDEX idx_outbox_dead ON public.outbox USING btree (dead_at) WHERE (dead_at IS NOT NULL)
CREATE INDEX idx_outbox_due ON public.outbox USING btree (not_before, id) WHERE (dead_at IS NULL)
CREATE INDEX idx_outbox_user_id ON public.outbox USING btree (user_id, id)
CREATE INDEX idx_payment_reversals_payment_id ON public.payment_reversals USING btree (payment_id)
CREATE INDEX idx_payment_reversals_user_id ON public.payment_reversals USING btree (user_id)
CREATE UNIQUE INDEX idx_reconcile_runs_one_live ON public.reconcile_runs USING btree (repairs) WHERE (finished_at IS NULL)
CREATE INDEX idx_reconcile_runs_started ON public.reconcile_runs USING btree (started_at DESC)
CREATE INDEX idx_stripe_events_created ON public.stripe_events USING btree (created DESC)
CREATE INDEX idx_stripe_events_payload ON public.stripe_events USING btree (received_at) WHERE (payload IS NOT NULL)
CREATE INDEX idx_stripe_events_unresolved ON public.stripe_events USING btree (customer_id, created) WHERE (outcome = 'unresolved'::text)
CREATE INDEX idx_stripe_events_user_id ON public.stripe_events USING btree (user_id, created DESC) WHERE (user_id IS NOT NULL)
CREATE INDEX idx_subscription_invoices_given_up ON public.subscription_invoices USING btree (user_id) WHERE (status = ANY (ARRAY['void'::text, 'uncollectible'::text]))
CREATE INDEX idx_subscription_invoices_paid ON public.subscription_invoices USING btree (subscription_id, period_end) WHERE ((status = 'paid'::text) AND (billing_reason = ANY (ARRAY['subscription_create'::text, 'subscription_cycle'::text])))
CREATE INDEX idx_subscription_invoices_user_id ON public.subscription_invoices USING btree (user_id, invoiced_at DESC)
CREATE INDEX idx_trials_open ON public.trials USING btree (began_at) WHERE ((verdict IS NULL) OR (verdict = 'card_had_one'::text))
CREATE INDEX idx_user_entitlements_expires_at ON public.user_entitlements USING btree (expires_at)
CREATE UNIQUE INDEX idx_user_entitlements_stripe_event_id ON public.user_entitlements USING btree (stripe_event_id)
CREATE INDEX idx_user_entitlements_user_id ON public.user_entitlements USING btree (user_id)
CREATE UNIQUE INDEX invoice_payments_pkey ON public.invoice_payments USING btree (invoice_payment_id)
CREATE UNIQUE INDEX outbox_pkey ON public.outbox USING btree (id)
CREATE UNIQUE INDEX payment_reversals_pkey ON public.payment_reversals USING btree (object_id)
CREATE UNIQUE INDEX reconcile_drifts_pkey ON public.reconcile_drifts USING btree (run_id, object_id, kind)
CREATE UNIQUE INDEX reconcile_runs_pkey ON public.reconcile_runs USING btree (run_id)
CREATE UNIQUE INDEX reconcile_seen_pkey ON public.reconcile_seen USING btree (run_id, source_id)
CREATE UNIQUE INDEX stripe_events_pkey ON public.stripe_events USING btree (event_id)
CREATE UNIQUE INDEX subscription_invoices_pkey ON public.subscription_invoices USING btree (invoice_id)
CREATE UNIQUE INDEX trials_card_fingerprint_key ON public.trials USING btree (card_fingerprint)
CREATE UNIQUE INDEX trials_pkey ON public.trials USING btree (subscription_id)
CREATE UNIQUE INDEX user_entitlements_pkey ON public.user_entitlements USING btree (id)
CREATE UNIQUE INDEX user_entitlements_source_id_key ON public.user_entitlements USING btree (source_id)

-- policies
user_entitlements users read their own entitlements SELECT to authenticated using (user_id = ( SELECT auth.uid() AS uid))

-- triggers
CREATE TRIGGER entitlement_audit_append_only BEFORE DELETE OR UPDATE ON public.entitlement_audit FOR EACH ROW EXECUTE FUNCTION billing.refuse_audit_rewrite()
CREATE TRIGGER stripe_events_append_only BEFORE DELETE OR UPDATE ON public.stripe_events FOR EACH ROW EXECUTE FUNCTION billing.refuse_ledger_rewrite()

-- functions
CREATE OR REPLACE FUNCTION billing.apply_change(p_user_id uuid, p_change jsonb, p_event_id text, p_now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_source jsonb := nullif(p_change -> 'source', 'null'::jsonb);
  v_invoices jsonb[] := billing.parts_of(p_change, 'invoices', 'invoice');
  v_required text := p_change ->> 'required_source_id';
  v_verdicts text[] := '{}';
  v_access_changed boolean := false;
  v_outcome text;
  v_part jsonb;
begin
  if v_source is not null then
    v_verdicts := v_verdicts || billing.apply_source_snapshot(p_user_id, v_source, p_event_id, p_now);
    if 'source_of_another_user' = any (v_verdicts) then
      raise exception 'source_of_another_user' using errcode = 'TG003';
    elsif 'ambiguous' = any (v_verdicts) then
      raise exception 'same_second' using errcode = 'TG001', detail = (
        select s.revision from public.user_entitlements s where s.source_id = v_source ->> 'source_id');
    end if;
    if v_source ->> 'trial_once_per_card' = 'true' then
      insert into public.trials (subscription_id, began_at) values (v_source ->> 'source_id', p_now)
      on conflict (subscription_id) do nothing;
    end if;
  elsif v_required is not null
    and not exists (select 1 from public.user_entitlements s where s.source_id = v_required) then
    raise exception 'source_unknown' using errcode = 'TG001', detail = '0';
  end if;
  foreach v_part in array billing.parts_of(p_change, 'reversals') loop
    v_verdicts := v_verdicts || billing.apply_reversal(p_user_id, v_part, p_event_id);
  end loop;
  v_access_changed := 'applied' = any (v_verdicts);

  foreach v_part in array v_invoices loop
    v_access_changed := billing.apply_invoice(p_user_id, v_part) or v_access_changed;
  end loop;
  if p_change -> 'checkout' <> 'null'::jsonb then
    update public.checkout_attempts a set status = p_change -> 'checkout' ->> 'status'
    where a.session_id = p_change -> 'checkout' ->> 'session_id' and a.user_id = p_user_id
      and a.status in ('reserved', 'open');
  end if;
  if p_change ->> 'ends_customer' = 'true' then
    perform billing.end_customer(p_user_id, p_change ->> 'customer_id', p_now);
  end if;

  if v_access_changed then
    perform billing.raise_version(p_user_id, p_event_id, p_now);
  end if;
  v_outcome := case when v_verdicts <> '{}' and 'stale' = all (v_verdicts) then 'stale' else 'applied' end;
  -- Nested: a condition with a query in it is one, also where its first half would do.
  if v_outcome = 'applied' and p_change ->> 'notice' is not null then
    if not exists (
      select from unnest(v_invoices) part
      join public.subscription_invoices i on i.invoice_id = part ->> 'invoice_id'
      where i.status in ('paid', 'void'))
    then
      perform billing.tell(p_user_id, p_change ->> 'notice', p_event_id, p_now);
    end if;
  end if;
  return v_outcome;
end
$function$

CREATE OR REPLACE FUNCTION billing.apply_invoice(p_user_id uuid, p_invoice jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row public.subscription_invoices;
  v_status text := p_invoice ->> 'status';
  v_final boolean := v_status in ('paid', 'void');
  v_at timestamptz := billing.from_seconds(p_invoice ->> 'snapshot_at');
  v_rank smallint := coalesce((p_invoice ->> 'snapshot_rank')::smallint, 0);
begin
  select * into v_row from public.subscription_invoices i where i.invoice_id = p_invoice ->> 'invoice_id' for update;
  if found and (v_row.user_id <> p_user_id or (v_row.status in ('paid', 'void') and not v_final)
    or ((v_row.status in ('paid', 'void')) = v_final and (v_at, v_rank) <= (v_row.snapshot_at, v_row.snapshot_rank)))
  then
    return false;
  end if;
  insert into public.subscription_invoices as i (
    invoice_id, user_id, subscription_id, status, billing_reason, number, amount_due, amount_paid, currency,
    hosted_invoice_url, period_end, invoiced_at, snapshot_at, snapshot_rank)
  values (
    p_invoice ->> 'invoice_id', p_user_id, p_invoice ->> 'subscription_id', v_status,
    p_invoice ->> 'billing_reason', p_invoice ->> 'number', (p_invoice ->> 'amount_due')::bigint,
    (p_invoice ->> 'amount_paid')::bigint, p_invoice ->> 'currency', p_invoice ->> 'hosted_invoice_url',
    billing.from_seconds(p_invoice ->> 'period_end'), billing.from_seconds(p_invoice ->> 'invoiced_at'), v_at, v_rank)
  on conflict (invoice_id) do update set
    status = excluded.status, number = excluded.number, amount_due = excluded.amount_due,
    amount_paid = excluded.amount_paid, hosted_invoice_url = excluded.hosted_invoice_url,
    period_end = excluded.period_end, snapshot_at = greatest(i.snapshot_at, excluded.snapshot_at),
    snapshot_rank = excluded.snapshot_rank;
  return v_row.status is distinct from v_status and (v_status in ('paid', 'uncollectible', 'void')
    or v_row.status = 'uncollectible');
end
$function$

CREATE OR REPLACE FUNCTION billing.apply_invoice_payment(p_payment jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.invoice_payments (invoice_payment_id, invoice_id, payment_kind, payment_id, amount_paid, paid_at)
  values (
    p_payment ->> 'invoice_payment_id', p_payment ->> 'invoice_id', p_payment ->> 'payment_kind',
    p_payment ->> 'payment_id', (p_payment ->> 'amount_paid')::bigint,
    billing.from_seconds(p_payment ->> 'paid_at'))
  on conflict (payment_id, invoice_id) do update set
    invoice_payment_id = excluded.invoice_payment_id, amount_paid = excluded.amount_paid, paid_at = excluded.paid_at
  where not starts_with(invoice_payments.invoice_payment_id, 'inpay_')
    and starts_with(excluded.invoice_payment_id, 'inpay_');
  return found
    and exists (select 1 from public.payment_reversals r where r.payment_id = p_payment ->> 'payment_id');
end
$function$

CREATE OR REPLACE FUNCTION billing.apply_kept_events(p_user_id uuid, p_customer_id text, p_event_id text, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_kept public.stripe_events;
begin
  for v_kept in
    select * from public.stripe_events e
    where e.customer_id = p_customer_id and e.outcome = 'unresolved' and e.reason = 'unknown_user'
      and e.event_id is distinct from p_event_id
      and coalesce(e.change ->> 'user_id', p_user_id::text) = p_user_id::text
    order by e.created, e.event_id for update skip locked
  loop
    begin
      update public.stripe_events e
      set outcome = billing.apply_change(p_user_id, v_kept.change, v_kept.event_id, p_now),
          reason = 'customer_linked', user_id = p_user_id
      where e.event_id = v_kept.event_id;
    exception when sqlstate 'TG001' or sqlstate 'TG003' then
      continue;
    end;
  end loop;
end
$function$

CREATE OR REPLACE FUNCTION billing.apply_reversal(p_user_id uuid, p_reversal jsonb, p_event_id text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row public.payment_reversals;
  v_at timestamptz := billing.from_seconds(p_reversal ->> 'snapshot_at');
  v_rank smallint := (p_reversal ->> 'snapshot_rank')::smallint;
  v_verdict text;
begin
  select * into v_row from public.payment_reversals r where r.object_id = p_reversal ->> 'object_id' for update;
  if found and v_row.user_id <> p_user_id then
    raise exception 'payment_of_another_user' using errcode = 'TG003';
  end if;
  v_verdict := billing.compare_snapshots(
    (v_row.snapshot_at, v_row.snapshot_rank, v_row.terminal, jsonb_build_array(v_row.status, v_row.amount), null,
      v_row.revision),
    (v_at, v_rank, (p_reversal ->> 'terminal')::boolean,
      jsonb_build_array(p_reversal -> 'status', p_reversal -> 'amount'), null,
      (p_reversal ->> 'read_after_revision')::bigint));
  if v_verdict = 'ambiguous' then
    raise exception 'same_second' using errcode = 'TG001', detail = v_row.revision;
  end if;
  if v_verdict = 'applied' then
    insert into public.payment_reversals as r (
      object_id, kind, payment_id, user_id, status, terminal, amount, stripe_event_id, snapshot_at, snapshot_rank)
    values (
      p_reversal ->> 'object_id', p_reversal ->> 'kind', p_reversal ->> 'payment_id', p_user_id,
      p_reversal ->> 'status', (p_reversal ->> 'terminal')::boolean, (p_reversal ->> 'amount')::bigint, p_event_id,
      v_at, v_rank)
    on conflict (object_id) do update set
      status = excluded.status, terminal = excluded.terminal, amount = excluded.amount,
      stripe_event_id = excluded.stripe_event_id, snapshot_at = greatest(r.snapshot_at, excluded.snapshot_at),
      snapshot_rank = excluded.snapshot_rank, revision = excluded.revision;
    -- A read of what is known already changes nothing.
    if v_row.status = p_reversal ->> 'status' and v_row.amount = (p_reversal ->> 'amount')::bigint then
      return 'unchanged';
    end if;
  elsif v_verdict = 'unchanged' then
    update public.payment_reversals r
    set snapshot_at = v_at, snapshot_rank = v_rank, revision = nextval('billing.reversal_revision')
    where r.object_id = v_row.object_id and (r.snapshot_at, r.snapshot_rank) < (v_at, v_rank);
  end if;
  return v_verdict;
end
$function$

CREATE OR REPLACE FUNCTION billing.apply_source_snapshot(p_user_id uuid, p_source jsonb, p_event_id text, p_now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row public.user_entitlements;
  v_before public.user_entitlements;
  v_at timestamptz := to_timestamp((p_source ->> 'snapshot_at')::double precision);
  v_rank smallint := (p_source ->> 'snapshot_rank')::smallint;
  v_terminal boolean := (p_source ->> 'terminal')::boolean;
  v_content jsonb := p_source -> 'content';
  v_content_before jsonb := nullif(p_source -> 'content_before', 'null'::jsonb);
  v_past_due boolean := p_source ->> 'status' = 'past_due';
  v_known billing.snapshot;
  v_told billing.snapshot;
  v_verdict text;
begin
  select * into v_row from public.user_entitlements s where s.source_id = p_source ->> 'source_id' for update;
  if found and v_row.user_id <> p_user_id then
    return 'source_of_another_user';
  end if;
  v_before := v_row;

  v_known := (v_row.snapshot_at, v_row.snapshot_rank, v_row.terminal, v_row.content, v_row.content_before,
    v_row.revision);
  v_told := (v_at, v_rank, v_terminal, v_content, v_content_before, (p_source ->> 'read_after_revision')::bigint);
  v_verdict := billing.compare_snapshots(v_known, v_told);
  if v_verdict = 'ambiguous' then
    return v_verdict;
  end if;

  if v_verdict = 'applied' then
    v_row.source_kind := p_source ->> 'kind';
    v_row.source_id := p_source ->> 'source_id';
    v_row.stripe_event_id := p_event_id;
    v_row.status := p_source ->> 'status';
    v_row.terminal := v_terminal;
    v_row.grants_access := (p_source ->> 'grants_access')::boolean;
    v_row.plan := p_source ->> 'plan';
    v_row.plan_version := (p_source ->> 'plan_version')::integer;
    v_row.quantity := (p_source ->> 'quantity')::integer;
    v_row.items := p_source -> 'items';
    v_row.renews_at := to_timestamp((p_source ->> 'renews_at')::double precision);
    v_row.cancels_at := to_timestamp((p_source ->> 'cancels_at')::double precision);
    v_row.expires_bound := to_timestamp((p_source ->> 'expires_at')::double precision);
    v_row.past_due_grace := make_interval(secs => (p_source ->> 'past_due_grace_seconds')::double precision);
    v_row.duration := make_interval(secs => (p_source ->> 'duration_seconds')::double precision);
    v_row.amount_paid := (p_source ->> 'amount_paid')::bigint;
    v_row.bought_once := coalesce((p_source ->> 'bought_once')::boolean, false);
    v_row.content := v_content;
  end if;
  if v_verdict in ('applied', 'unchanged') then
    v_row.snapshot_at := greatest(v_row.snapshot_at, v_at);
    v_row.snapshot_rank := v_rank;
  end if;
  v_row.content_before := billing.contents_before(v_known, v_told, v_verdict);

  -- greatest() and least() pass over nulls.
  v_row.past_due_entered_at := greatest(
    v_row.past_due_entered_at, to_timestamp((p_source ->> 'past_due_entered_at')::double precision));
  v_row.not_past_due_at := greatest(v_row.not_past_due_at, case when not v_past_due then v_at end);
  v_row.past_due_seen_at := least(
    case when v_row.past_due_seen_at >= coalesce(v_row.not_past_due_at, '-infinity') then v_row.past_due_seen_at end,
    case when v_past_due and v_at >= coalesce(v_row.not_past_due_at, '-infinity') then v_at end);
  v_row.paid_at := least(v_row.paid_at, to_timestamp((p_source ->> 'paid_at')::double precision));

  v_row.expires_at := case
    when v_row.status = 'past_due' then least(v_row.expires_bound, v_row.past_due_grace + billing.past_due_since(
      v_row.past_due_entered_at, v_row.not_past_due_at, v_row.past_due_seen_at, v_row.snapshot_at))
    when v_row.duration is not null then v_row.paid_at + v_row.duration
    else v_row.expires_bound
  end;

  -- Facts of a late snapshot can move the end of access: then it counts as a change, and is this event's doing.
  if v_verdict = 'stale' and v_row.expires_at is distinct from v_before.expires_at then
    v_verdict := 'applied';
    v_row.stripe_event_id := p_event_id;
  end if;

  if v_row is not distinct from v_before then
    return v_verdict;
  end if;
  if v_before.id is null then
    insert into public.user_entitlements (
      user_id, source_kind, source_id, stripe_event_id, status, terminal, grants_access, plan, plan_version, quantity,
      items, renews_at, cancels_at, expires_at, past_due_entered_at, not_past_due_at, past_due_seen_at, paid_at,
      past_due_grace, duration, expires_bound, snapshot_at, snapshot_rank, content, content_before,
      amount_paid, bought_once, created_at, updated_at)
    values (
      p_user_id, v_row.source_kind, v_row.source_id, v_row.stripe_event_id, v_row.status, v_row.terminal,
      v_row.grants_access, v_row.plan, v_row.plan_version, v_row.quantity, v_row.items, v_row.renews_at,
      v_row.cancels_at, v_row.expires_at, v_row.past_due_entered_at, v_row.not_past_due_at, v_row.past_due_seen_at,
      v_row.paid_at, v_row.past_due_grace, v_row.duration, v_row.expires_bound, v_row.snapshot_at,
      v_row.snapshot_rank, v_row.content, v_row.content_before, v_row.amount_paid,
      v_row.bought_once, p_now, p_now);
    return 'applied';
  end if;
  update public.user_entitlements s set
    stripe_event_id = v_row.stripe_event_id, status = v_row.status, terminal = v_row.terminal,
    grants_access = v_row.grants_access, plan = v_row.plan, plan_version = v_row.plan_version,
    quantity = v_row.quantity, items = v_row.items, renews_at = v_row.renews_at, cancels_at = v_row.cancels_at,
    expires_at = v_row.expires_at, past_due_entered_at = v_row.past_due_entered_at,
    not_past_due_at = v_row.not_past_due_at, past_due_seen_at = v_row.past_due_seen_at, paid_at = v_row.paid_at,
    past_due_grace = v_row.past_due_grace, duration = v_row.duration, expires_bound = v_row.expires_bound,
    snapshot_at = v_row.snapshot_at, snapshot_rank = v_row.snapshot_rank,
    content = v_row.content, content_before = v_row.content_before, amount_paid = v_row.amount_paid,
    bought_once = v_row.bought_once, revision = v_row.revision + 1,
    updated_at = p_now
  where s.id = v_row.id;
  return v_verdict;
end
$function$

CREATE OR REPLACE FUNCTION billing.compare_snapshots(p_known billing.snapshot, p_told billing.snapshot)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when p_known.at is null then 'applied'
    when p_known.terminal and not p_told.terminal then 'stale'
    when p_told.terminal and not p_known.terminal then 'applied'
    -- A read that began after this very revision was seen has seen all that the row was set from.
    when p_told.revision = p_known.revision then 'applied'
    when (p_told.at, p_told.rank) < (p_known.at, p_known.rank) then 'stale'
    when p_told.content = p_known.content then 'unchanged'
    when (p_told.at, p_told.rank) > (p_known.at, p_known.rank) then 'applied'
    -- Two different contents of one second and rank: `previous_attributes` may tell which saw the other's result.
    when p_known.content_before is null then 'ambiguous'
    when p_told.content_before = p_known.content and not billing.has_content(p_known.content_before, p_told.content)
      then 'applied'
    when p_told.content_before is distinct from p_known.content
      and billing.has_content(p_known.content_before, p_told.content) then 'stale'
    else 'ambiguous'
  end;
end
$function$

CREATE OR REPLACE FUNCTION billing.contents_before(p_known billing.snapshot, p_told billing.snapshot, p_verdict text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_is_same_second boolean := (p_told.at, p_told.rank) is not distinct from (p_known.at, p_known.rank);
begin
  if p_verdict = 'stale' and not v_is_same_second then
    return p_known.content_before;
  elsif p_told.revision is not null and not v_is_same_second then
    return null;
  elsif not v_is_same_second then
    return case when p_told.content_before <> p_told.content then jsonb_build_array(p_told.content_before) else '[]' end;
  elsif p_known.content_before is null or (p_told.revision is not null and p_verdict = 'applied') then
    return null;
  elsif p_told.revision is not null then
    return p_known.content_before;
  end if;
  return (
    select coalesce(jsonb_agg(distinct c.content), '[]'::jsonb)
    from (
      select e.content from pg_catalog.jsonb_array_elements(p_known.content_before) as e (content)
      union all select p_known.content where p_verdict = 'applied'
      union all select p_told.content_before
    ) c
    where c.content <> case when p_verdict = 'stale' then p_known.content else p_told.content end);
end
$function$

CREATE OR REPLACE FUNCTION billing.end_customer(p_user_id uuid, p_customer_id text, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.billing_users u set stripe_customer_id = null
  where u.user_id = p_user_id and u.stripe_customer_id = p_customer_id;
  insert into public.ended_customers (stripe_customer_id, user_id, ended_at)
  values (p_customer_id, p_user_id, p_now)
  on conflict (stripe_customer_id) do nothing
$function$

CREATE OR REPLACE FUNCTION billing.epoch_ms(p_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$ begin return (extract(epoch from p_at) * 1000)::bigint; end $function$

CREATE OR REPLACE FUNCTION billing.from_seconds(p_seconds text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$ begin return to_timestamp(p_seconds::double precision); end $function$

CREATE OR REPLACE FUNCTION billing.has_content(p_contents jsonb, p_content jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select exists (select from pg_catalog.jsonb_array_elements(p_contents) as e (content) where e.content = p_content)
$function$

CREATE OR REPLACE FUNCTION billing.hold_facts(p_user_id uuid)
 RETURNS TABLE(source_id text, fact jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with reversals as (
    select r.*, coalesce(i.subscription_id, r.payment_id) as source_id, billing.epoch_ms(i.period_end) as period_end
    from public.payment_reversals r
    left join public.invoice_payments p on p.payment_id = r.payment_id
    left join public.subscription_invoices i on i.invoice_id = p.invoice_id
    where r.user_id = p_user_id
  )
  select r.source_id, jsonb_build_object(
    'kind', 'refund', 'object_id', r.payment_id, 'period_end', r.period_end,
    'settled', coalesce(sum(r.amount) filter (where r.status = 'succeeded'), 0),
    'pending', coalesce(sum(r.amount) filter (where r.status in ('pending', 'requires_action')), 0),
    'paid', coalesce(
      (select sum(p.amount_paid) from public.invoice_payments p where p.payment_id = r.payment_id),
      (select s.amount_paid from public.user_entitlements s where s.source_id = r.payment_id)))
  from reversals r
  where r.kind = 'refund' and r.status in ('succeeded', 'pending', 'requires_action')
  group by r.source_id, r.payment_id, r.period_end
  union all
  select r.source_id, jsonb_build_object(
    'kind', r.kind, 'object_id', r.object_id, 'status', r.status, 'period_end', r.period_end)
  from reversals r
  where r.kind <> 'refund'
  union all
  select i.subscription_id, jsonb_build_object(
    'kind', 'invoice', 'object_id', i.invoice_id, 'status', i.status, 'period_end', billing.epoch_ms(i.period_end))
  from public.subscription_invoices i
  where i.user_id = p_user_id and i.status in ('void', 'uncollectible')
$function$

CREATE OR REPLACE FUNCTION billing.is_live_purchase(p_source user_entitlements, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p_source.bought_once and p_source.grants_access and not p_source.terminal
    and (p_source.expires_at is null or p_source.expires_at > p_now)
    and not (p_source.source_kind = 'payment' and billing.is_paid_back(p_source.source_id, p_source.amount_paid))
$function$

CREATE OR REPLACE FUNCTION billing.is_open_trial(p_verdict text, p_status text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select p_status = 'trialing' and (p_verdict is null or p_verdict = 'card_had_one')
$function$

CREATE OR REPLACE FUNCTION billing.is_paid_back(p_payment_id text, p_amount_paid bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    bool_or(r.kind = 'dispute' and r.status = 'lost')
    or sum(r.amount) filter (where r.kind = 'refund' and r.status in ('succeeded', 'pending', 'requires_action'))
      >= p_amount_paid, false)
  from public.payment_reversals r where r.payment_id = p_payment_id
$function$

CREATE OR REPLACE FUNCTION billing.is_second_purchase(p_user_id uuid, p_source jsonb, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Most users have nothing else, which is said sooner than what of it is live.
  return exists (
    select from public.user_entitlements other
    where other.user_id = p_user_id and other.source_id <> p_source ->> 'source_id' and other.bought_once)
  and exists (
    select from public.user_entitlements mine
    join public.user_entitlements other on other.user_id = mine.user_id and other.id <> mine.id
      and other.source_kind = mine.source_kind
    where mine.user_id = p_user_id and mine.source_id = p_source ->> 'source_id'
      and (mine.source_kind = 'subscription' or other.plan = mine.plan)
      and billing.is_live_purchase(mine, p_now) and billing.is_live_purchase(other, p_now));
end
$function$

CREATE OR REPLACE FUNCTION billing.kept_events(p_user_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', e.event_id, 'type', e.type, 'created', extract(epoch from e.created)::bigint, 'livemode', e.livemode,
    'api_version', e.api_version, 'account', e.account, 'object_id', e.object_id)
    order by e.created, e.event_id), '[]'::jsonb)
  from public.billing_users u
  join public.stripe_events e on e.customer_id = u.stripe_customer_id
  where u.user_id = p_user_id and e.outcome = 'unresolved' and e.reason = 'unknown_user'
    and coalesce(e.change ->> 'user_id', p_user_id::text) = p_user_id::text
$function$

CREATE OR REPLACE FUNCTION billing.law_access_came_with_a_version(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select u.user_id::text from public.billing_users u
  where u.entitlement_version = 0
    and exists (select 1 from public.user_entitlements s where s.user_id = u.user_id)
$function$

CREATE OR REPLACE FUNCTION billing.law_event_of_a_source_was_applied(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.source_id from public.user_entitlements s
  left join public.stripe_events e on e.event_id = s.stripe_event_id
  where s.stripe_event_id is not null and e.outcome is distinct from 'applied'
$function$

CREATE OR REPLACE FUNCTION billing.law_grace_ends_in_time(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.source_id from public.user_entitlements s
  where s.status = 'past_due' and not coalesce(s.expires_at <= s.past_due_grace + billing.past_due_since(
    s.past_due_entered_at, s.not_past_due_at, s.past_due_seen_at, s.snapshot_at), false)
$function$

CREATE OR REPLACE FUNCTION billing.law_linked_customer_has_nothing_kept(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select e.event_id from public.stripe_events e
  join public.billing_users u on u.stripe_customer_id = e.customer_id
  join auth.users a on a.id = u.user_id
  where e.outcome = 'unresolved' and e.reason = 'unknown_user'
    and coalesce(e.change ->> 'user_id', u.user_id::text) = u.user_id::text
$function$

CREATE OR REPLACE FUNCTION billing.law_open_attempt_has_an_end(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select a.attempt_id::text from public.checkout_attempts a
  where a.status = 'open' and (a.session_id is null or a.session_expires_at is null)
$function$

CREATE OR REPLACE FUNCTION billing.law_pass_ends_in_time(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.source_id from public.user_entitlements s
  where s.source_kind = 'payment' and s.duration is not null
    and s.expires_at is distinct from s.paid_at + s.duration
$function$

CREATE OR REPLACE FUNCTION billing.law_subscription_access_ends(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.source_id from public.user_entitlements s
  where s.source_kind = 'subscription' and s.grants_access and s.expires_at is null
$function$

CREATE OR REPLACE FUNCTION billing.law_terminal_gives_no_access(p_now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.source_id from public.user_entitlements s where s.terminal and s.grants_access
$function$

CREATE OR REPLACE FUNCTION billing.ledger_entry(p_event stripe_events)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'event_id', p_event.event_id,
    'type', p_event.type,
    'created', extract(epoch from p_event.created)::bigint,
    'livemode', p_event.livemode,
    'api_version', p_event.api_version,
    'object_id', p_event.object_id,
    'customer_id', p_event.customer_id,
    'user_id', p_event.user_id,
    'outcome', p_event.outcome,
    'reason', p_event.reason,
    'attempts', p_event.attempts,
    'received_at', billing.epoch_ms(p_event.received_at),
    'settled_at', billing.epoch_ms(p_event.settled_at))
$function$

CREATE OR REPLACE FUNCTION billing.lock_user(p_user_id uuid, p_customer_id text, p_links_customer boolean, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_customer_id text;
  v_forgotten_at timestamptz;
begin
  -- Most users have their row: it is made only where there is none, by one of those who find it so.
  loop
    select u.stripe_customer_id, u.forgotten_at into v_customer_id, v_forgotten_at
    from public.billing_users u where u.user_id = p_user_id for update;
    exit when found;
    insert into public.billing_users (user_id, created_at) values (p_user_id, p_now) on conflict (user_id) do nothing;
  end loop;
  if v_forgotten_at is not null then
    raise exception 'forgotten_user' using errcode = 'TG005';
  end if;
  if v_customer_id is null and p_customer_id is not null and p_links_customer
    and not exists (select 1 from public.ended_customers e where e.stripe_customer_id = p_customer_id) then
    update public.billing_users u set stripe_customer_id = p_customer_id where u.user_id = p_user_id;
    return true;
  end if;
  return false;
end
$function$

CREATE OR REPLACE FUNCTION billing.parts_of(p_change jsonb, p_many text, p_one text DEFAULT NULL::text)
 RETURNS jsonb[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if p_change -> p_one <> 'null'::jsonb then
    return array[p_change -> p_one];
  elsif p_change -> p_many <> '[]'::jsonb then
    return array(select pg_catalog.jsonb_array_elements(p_change -> p_many));
  end if;
  return '{}';
end
$function$

CREATE OR REPLACE FUNCTION billing.passes_alive(p_user_id uuid, p_now timestamp with time zone)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select ends.source_id from (
      select chains.source_id, max(chains.started_at + chains.lasted) over (partition by chains.plan, chains.started_at)
        as chain_ends_at
      from (
        select sums.source_id, sums.plan, sums.lasted,
          max(sums.paid_at - (sums.lasted - sums.duration)) over (
            partition by sums.plan order by sums.paid_at, sums.source_id) as started_at
        from (
          select s.source_id, s.plan, s.paid_at, s.duration,
            sum(s.duration) over (partition by s.plan order by s.paid_at, s.source_id) as lasted
          from public.user_entitlements s
          where s.user_id = p_user_id and s.duration is not null and not s.terminal
        ) sums
      ) chains
    ) ends
    where ends.chain_ends_at > p_now);
end
$function$

CREATE OR REPLACE FUNCTION billing.past_due_since(p_entered_at timestamp with time zone, p_not_past_due_at timestamp with time zone, p_seen_at timestamp with time zone, p_snapshot_at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when p_entered_at >= coalesce(p_not_past_due_at, '-infinity') then p_entered_at
    when p_seen_at >= coalesce(p_not_past_due_at, '-infinity') then p_seen_at
    else p_snapshot_at
  end;
end
$function$

CREATE OR REPLACE FUNCTION billing.raise_version(p_user_id uuid, p_event_id text, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_version bigint;
begin
  update public.billing_users u set entitlement_version = u.entitlement_version + 1 where u.user_id = p_user_id
  returning u.entitlement_version into strict v_version;
  insert into public.outbox (user_id, topic, entitlement_version, stripe_event_id, created_at, not_before)
  values (p_user_id, 'entitlements.changed', v_version, p_event_id, p_now, p_now);
end
$function$

CREATE OR REPLACE FUNCTION billing.reconcile_run(p_run reconcile_runs, p_drifts_max integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'run_id', p_run.run_id,
    'started_at', billing.epoch_ms(p_run.started_at),
    'updated_at', billing.epoch_ms(p_run.updated_at),
    'finished_at', billing.epoch_ms(p_run.finished_at),
    'repairs', p_run.repairs,
    'phase', p_run.phase,
    'cursor', p_run.cursor,
    'objects', p_run.objects,
    'drifts', p_run.drifts,
    'repaired', p_run.repaired,
    'found', coalesce((
      select jsonb_agg(to_jsonb(d)) from (
        select f.object_id, f.kind, f.user_id, f.ours, f.stripes, f.repaired from public.reconcile_drifts f
        where f.run_id = p_run.run_id order by f.found_at, f.object_id limit p_drifts_max) d), '[]'::jsonb))
$function$

CREATE OR REPLACE FUNCTION billing.refuse_audit_rewrite()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception 'the audit of operators is append-only' using errcode = 'TG002';
end
$function$

CREATE OR REPLACE FUNCTION billing.refuse_forgotten(p_user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if exists (select 1 from public.billing_users u where u.user_id = p_user_id and u.forgotten_at is not null) then
    raise exception 'forgotten_user' using errcode = 'TG005';
  end if;
end
$function$

CREATE OR REPLACE FUNCTION billing.refuse_ledger_rewrite()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$

CREATE OR REPLACE FUNCTION billing.resolve_user(p_user_id uuid, p_customer_id text)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_linked uuid;
begin
  select u.user_id into v_linked from public.billing_users u where u.stripe_customer_id = p_customer_id;
  if not found then
    select e.user_id into v_linked from public.ended_customers e where e.stripe_customer_id = p_customer_id;
  end if;
  if v_linked <> p_user_id then
    raise exception 'customer_of_another_user' using errcode = 'TG003';
  end if;
  v_linked := coalesce(p_user_id, v_linked);
  perform from auth.users a where a.id = v_linked;
  if not found then
    perform billing.refuse_forgotten(v_linked);
    return null;
  end if;
  return v_linked;
end
$function$

CREATE OR REPLACE FUNCTION billing.rewind_user(p_user_id uuid, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_event public.stripe_events;
begin
  perform 1 from public.billing_users u where u.user_id = p_user_id for update;
  delete from public.user_entitlements s
  where s.user_id = p_user_id and s.updated_at > p_at and (s.source_kind <> 'manual' or s.created_at > p_at);
  -- A grant by hand changes once, when it is revoked.
  update public.user_entitlements s
  set status = 'active', terminal = false, grants_access = true, expires_at = s.expires_bound
  where s.user_id = p_user_id and s.source_kind = 'manual' and s.updated_at > p_at;
  delete from public.payment_reversals r where r.user_id = p_user_id;
  delete from public.subscription_invoices i where i.user_id = p_user_id;
  for v_event in
    select * from public.stripe_events e
    where e.user_id = p_user_id and e.outcome in ('applied', 'stale') and e.change ->> 'kind' = 'change'
      and billing.took_effect_at(e) <= p_at
    order by billing.took_effect_at(e), e.created, e.event_id
  loop
    begin
      perform billing.apply_change(p_user_id, v_event.change, v_event.event_id, billing.took_effect_at(v_event));
    exception when sqlstate 'TG001' or sqlstate 'TG003' then
      continue;
    end;
  end loop;
end
$function$

CREATE OR REPLACE FUNCTION billing.source_agrees(p_user_id uuid, p_source jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select 1 from public.user_entitlements s
    where s.source_id = p_source ->> 'source_id'
      and s.user_id = coalesce(p_user_id, s.user_id)
      and s.content = p_source -> 'content'
      and s.items = p_source -> 'items'
      and s.status = p_source ->> 'status'
      and s.terminal = (p_source ->> 'terminal')::boolean
      and s.grants_access = (p_source ->> 'grants_access')::boolean
      and s.expires_bound is not distinct from billing.from_seconds(p_source ->> 'expires_at')
      and s.duration is not distinct from make_interval(secs => (p_source ->> 'duration_seconds')::double precision))
$function$

CREATE OR REPLACE FUNCTION billing.subscribed_before(p_user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select 1 from public.user_entitlements s
    where s.user_id = p_user_id and s.source_kind = 'subscription'
      and s.status not in ('incomplete', 'incomplete_expired'))
$function$

CREATE OR REPLACE FUNCTION billing.tell(p_user_id uuid, p_topic text, p_event_id text, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.outbox (user_id, topic, entitlement_version, stripe_event_id, created_at, not_before)
  select p_user_id, p_topic, u.entitlement_version, p_event_id, p_now, p_now
  from public.billing_users u where u.user_id = p_user_id
$function$

CREATE OR REPLACE FUNCTION billing.took_effect_at(p_event stripe_events)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when p_event.attempts > 1 then greatest(p_event.received_at, p_event.settled_at) else p_event.received_at end
$function$

CREATE OR REPLACE FUNCTION billing.trials_of(p_user_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Most users have none, which is said sooner than a list is made.
  perform from public.trials t
  where t.subscription_id = any (array(
    select s.source_id from public.user_entitlements s where s.user_id = p_user_id));
  if not found then
    return '[]';
  end if;
  return (
    select jsonb_agg(jsonb_build_object(
      'subscription_id', t.subscription_id, 'verdict', t.verdict, 'is_open', billing.is_open_trial(t.verdict, s.status))
      order by t.began_at, t.subscription_id)
    from public.user_entitlements s
    join public.trials t on t.subscription_id = s.source_id
    where s.user_id = p_user_id);
end
$function$

CREATE OR REPLACE FUNCTION billing.user_of_payment(p_payment_id text)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    (select s.user_id from public.user_entitlements s where s.source_id = p_payment_id),
    (select i.user_id from public.invoice_payments p
     join public.subscription_invoices i on i.invoice_id = p.invoice_id
     where p.payment_id = p_payment_id limit 1),
    (select r.user_id from public.payment_reversals r where r.payment_id = p_payment_id limit 1))
$function$

CREATE OR REPLACE FUNCTION public.advance_reconcile_run(p_run_id uuid, p_phase text, p_cursor text, p_next_phase text, p_next_cursor text, p_objects integer, p_drifts jsonb, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_run public.reconcile_runs;
begin
  update public.reconcile_runs r set
    phase = p_next_phase, cursor = p_next_cursor, updated_at = p_now, objects = r.objects + p_objects,
    drifts = r.drifts + jsonb_array_length(p_drifts),
    repaired = r.repaired + (select count(*) from jsonb_array_elements(p_drifts) d where (d ->> 'repaired')::boolean),
    finished_at = case when p_next_phase = 'finished' then p_now end
  where r.run_id = p_run_id and r.phase = p_phase and r.cursor is not distinct from p_cursor
  returning * into v_run;
  if v_run.run_id is null then
    return null;
  end if;
  insert into public.reconcile_drifts (run_id, object_id, kind, user_id, ours, stripes, repaired, found_at)
  select p_run_id, d ->> 'object_id', d ->> 'kind', (d ->> 'user_id')::uuid, d ->> 'ours', d ->> 'stripes',
    (d ->> 'repaired')::boolean, p_now
  from jsonb_array_elements(p_drifts) d
  on conflict do nothing;
  if p_next_phase = 'finished' then
    delete from public.reconcile_seen s where s.run_id = p_run_id;
  end if;
  return billing.reconcile_run(v_run, 0);
end
$function$

CREATE OR REPLACE FUNCTION public.apply_stripe_event(p_event jsonb, p_change jsonb, p_now timestamp with time zone, p_format integer DEFAULT 1)
 RETURNS json
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_event_id text := p_event ->> 'id';
  v_kind text := p_change ->> 'kind';
  v_reason text := p_change ->> 'reason';
  v_payment_id text := p_change ->> 'required_payment_id';
  v_payments jsonb[] := billing.parts_of(p_change, 'invoice_payments', 'invoice_payment');
  v_part jsonb;
  v_takes_back boolean := false;
  v_may_have_kept boolean := false;
  v_user_id uuid;
  v_outcome text;
  v_recorded public.stripe_events;
  v_revision text;
  v_entitlements json;
begin
  if p_format > 4 then
    raise exception 'a change of format % is not known here yet', p_format using errcode = 'TG004';
  end if;
  if v_event_id is not null then
    -- What is settled stays so: it is told without a lock. What is kept is tried by one at a time.
    select * into v_recorded from public.stripe_events e where e.event_id = v_event_id;
    if v_recorded.outcome = 'unresolved' then
      select * into strict v_recorded from public.stripe_events e where e.event_id = v_event_id for update;
    end if;
    if v_recorded.outcome <> 'unresolved' then
      return json_build_object('outcome', 'duplicate', 'reason', v_recorded.reason,
        'user_id', v_recorded.user_id, 'entitlements',
        case when v_recorded.user_id is not null then public.get_user_entitlements(v_recorded.user_id, p_now) end,
        'kept', billing.kept_events(v_recorded.user_id), 'trials', billing.trials_of(v_recorded.user_id));
    end if;
  end if;

  if v_kind = 'change' then
    v_user_id := billing.resolve_user((p_change ->> 'user_id')::uuid, p_change ->> 'customer_id');
    if v_user_id is null and v_payment_id is not null then
      v_user_id := billing.user_of_payment(v_payment_id);
      if v_user_id is null then
        raise exception 'payment_unknown' using errcode = 'TG001', detail = '0';
      end if;
    elsif v_user_id is null and p_change ->> 'needs_user' = 'false' then
      -- Of a payment that was taken back it matters at once what it paid for.
      select r.user_id into v_user_id
      from unnest(v_payments) part
      join public.payment_reversals r on r.payment_id = part ->> 'payment_id' limit 1;
    end if;
    if v_user_id is not null then
      v_may_have_kept := billing.lock_user(
        v_user_id, p_change ->> 'customer_id', (p_change ->> 'links_customer')::boolean, p_now);
      -- Not only where the link was made now: what was delivered again in that moment was passed over then.
      if not v_may_have_kept then
        perform from public.billing_users u
        join public.stripe_events e on e.customer_id = u.stripe_customer_id and e.outcome = 'unresolved'
        where u.user_id = v_user_id;
        v_may_have_kept := found;
      end if;
      if v_may_have_kept then
        perform billing.apply_kept_events(v_user_id, u.stripe_customer_id, v_event_id, p_now)
        from public.billing_users u where u.user_id = v_user_id;
      end if;
    end if;
    foreach v_part in array v_payments loop
      v_takes_back := billing.apply_invoice_payment(v_part) or v_takes_back;
    end loop;
    if v_user_id is not null then
      v_outcome := billing.apply_change(v_user_id, p_change, v_event_id, p_now);
      if v_takes_back then
        perform billing.raise_version(v_user_id, v_event_id, p_now);
      end if;
      v_entitlements := public.get_user_entitlements(v_user_id, p_now);
      -- What may be bought again is no second purchase, and whoever has one source alone has not bought twice.
      if v_outcome = 'applied' and v_reason is null and p_change -> 'source' ->> 'bought_once' = 'true'
        and v_entitlements -> 'sources' -> 1 is not null
      then
        if billing.is_second_purchase(v_user_id, p_change -> 'source', p_now) then
          v_reason := 'second_purchase';
        end if;
      end if;
    elsif p_change ->> 'needs_user' = 'false' then
      v_outcome := 'applied';
    else
      v_outcome := 'unresolved';
      v_reason := 'unknown_user';
    end if;
  else
    v_outcome := v_kind;
  end if;

  if v_recorded.event_id is not null then
    update public.stripe_events e
    set outcome = v_outcome, reason = v_reason, user_id = v_user_id, change = p_change,
      customer_id = p_change ->> 'customer_id'
    where e.event_id = v_event_id;
  elsif v_event_id is not null then
    -- Written once and whole: a row that is made first and changed at the end costs every index twice.
    insert into public.stripe_events (
      event_id, type, created, livemode, api_version, account, object_id, customer_id, user_id, outcome, reason,
      change, payload, received_at)
    values (
      v_event_id, p_event ->> 'type', to_timestamp((p_event ->> 'created')::double precision),
      (p_event ->> 'livemode')::boolean, p_event ->> 'api_version', p_event ->> 'account', p_event ->> 'object_id',
      p_change ->> 'customer_id', v_user_id, v_outcome, v_reason, p_change,
      decode(p_event ->> 'payload_base64', 'base64'), p_now);
  end if;
  return json_build_object('outcome', v_outcome, 'reason', v_reason, 'user_id', v_user_id,
    'entitlements', v_entitlements,
    'kept', case when v_may_have_kept then billing.kept_events(v_user_id) else '[]' end,
    'trials', billing.trials_of(v_user_id));
exception
  -- Each undoes the block.
  when sqlstate 'TG001' then
    get stacked diagnostics v_reason = message_text, v_revision = pg_exception_detail;
    return json_build_object('outcome', 'ambiguous', 'reason', v_reason, 'revision', v_revision::bigint,
      'user_id', v_user_id, 'entitlements', null);
  when sqlstate 'TG003' then
    get stacked diagnostics v_reason = message_text;
    return public.apply_stripe_event(
      p_event, p_change || jsonb_build_object('kind', 'unresolved', 'reason', v_reason), p_now, p_format);
  when unique_violation then
    get stacked diagnostics v_reason = constraint_name;
    if v_reason <> 'stripe_events_pkey' then
      raise;
    end if;
    -- The same event, delivered twice at once: what the other has committed is seen now.
    return public.apply_stripe_event(p_event, p_change, p_now, p_format);
  when sqlstate 'TG005' then
    -- F82: nobody is brought back, and nothing of theirs is kept. That they are charged all the same is for a person to see.
    v_reason := case when coalesce((p_change -> 'source' ->> 'grants_access')::boolean, false)
      then 'forgotten_user_pays' else 'forgotten_user' end;
    return public.apply_stripe_event(
      p_event - 'payload_base64', p_change || jsonb_build_object('kind', 'ignored', 'reason', v_reason), p_now, p_format);
end
$function$

CREATE OR REPLACE FUNCTION public.check_laws(p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
declare
  v_function text;
  v_verdict jsonb;
  v_verdicts jsonb := '[]'::jsonb;
begin
  for v_function in
    select p.proname from pg_catalog.pg_proc p
    where p.pronamespace = 'billing'::regnamespace and p.proname ^@ 'law_' order by p.proname
  loop
    execute format(
      'select jsonb_build_object(''law'', %L, ''count'', count(*),
         ''first'', coalesce(jsonb_agg(id) filter (where place <= 10), ''[]''::jsonb))
       from (select id, row_number() over (order by id) as place from billing.%I($1) as id) offenders',
      substr(v_function, 5), v_function) into v_verdict using p_now;
    v_verdicts := v_verdicts || v_verdict;
  end loop;
  return v_verdicts;
end
$function$

CREATE OR REPLACE FUNCTION public.claim_outbox(p_limit integer, p_lease_seconds integer, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  v_claimed bigint[];
begin
  delete from public.outbox o where o.dead_at < p_now - interval '90 days';
  with due as (
    select o.id from public.outbox o
    where o.dead_at is null and o.not_before <= p_now and not exists (
      select 1 from public.outbox e where e.user_id = o.user_id and e.id < o.id and e.dead_at is null)
    order by o.not_before, o.id limit p_limit for update skip locked
  ), claimed as (
    update public.outbox o
    set attempts = o.attempts + 1, not_before = p_now + make_interval(secs => p_lease_seconds)
    from due where o.id = due.id
    returning o.id
  )
  select array_agg(c.id) into v_claimed from claimed c;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', o.id, 'message_id', o.message_id, 'user_id', o.user_id, 'topic', o.topic, 'attempt', o.attempts,
      'created_at', billing.epoch_ms(o.created_at), 'stripe_event_id', o.stripe_event_id,
      'entitlements', public.get_user_entitlements(o.user_id, p_now)) order by o.id)
    from public.outbox o where o.id = any (v_claimed)), '[]'::jsonb);
end
$function$

CREATE OR REPLACE FUNCTION public.close_checkout_attempt(p_attempt_id uuid, p_status text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
  update public.checkout_attempts a set status = p_status
  where a.attempt_id = p_attempt_id and a.status in ('reserved', 'open')
$function$

CREATE OR REPLACE FUNCTION public.compare_customers(p_customers jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'customer_id', c ->> 'customer_id', 'user_id', a.id, 'linked_customer_id', u.stripe_customer_id)), '[]'::jsonb)
  from jsonb_array_elements(p_customers) c
  join auth.users a on a.id = (c ->> 'user_id')::uuid
  left join public.billing_users u on u.user_id = a.id
  where u.stripe_customer_id is distinct from c ->> 'customer_id'
$function$

CREATE OR REPLACE FUNCTION public.compare_invoices(p_invoices jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(told ->> 'invoice_id'), '[]'::jsonb)
  from jsonb_array_elements(p_invoices) told
  left join public.subscription_invoices i on i.invoice_id = told ->> 'invoice_id'
  where i.status is distinct from told ->> 'status'
$function$

CREATE OR REPLACE FUNCTION public.compare_reversals(p_reversals jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'object_id', told ->> 'object_id', 'revision', coalesce(r.revision, 0), 'status', r.status, 'amount', r.amount)),
    '[]'::jsonb)
  from jsonb_array_elements(p_reversals) told
  left join public.payment_reversals r on r.object_id = told ->> 'object_id'
  where (r.status, r.amount) is distinct from (told ->> 'status', (told ->> 'amount')::bigint)
$function$

CREATE OR REPLACE FUNCTION public.compare_sources(p_run_id uuid, p_changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
begin
  insert into public.reconcile_seen (run_id, source_id)
  select p_run_id, c -> 'source' ->> 'source_id' from jsonb_array_elements(p_changes) c
  on conflict do nothing;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'source_id', c -> 'source' ->> 'source_id', 'revision', coalesce(s.revision, 0)))
    from jsonb_array_elements(p_changes) c
    left join public.user_entitlements s on s.source_id = c -> 'source' ->> 'source_id'
    where not billing.source_agrees((c ->> 'user_id')::uuid, c -> 'source')
      and (s.id is not null or (c -> 'source' ->> 'grants_access')::boolean)), '[]'::jsonb);
end
$function$

CREATE OR REPLACE FUNCTION public.explain_user(p_user_id uuid, p_at timestamp with time zone, p_rewind boolean, p_events_max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_state jsonb;
begin
  begin
    if p_rewind then
      perform billing.rewind_user(p_user_id, p_at);
    end if;
    v_state := jsonb_build_object(
      'entitlements', public.get_user_entitlements(p_user_id, p_at),
      'sources', coalesce((
        select jsonb_agg(jsonb_build_object(
          'kind', s.source_kind, 'source_id', s.source_id, 'status', s.status, 'grants_access', s.grants_access,
          'terminal', s.terminal, 'expires_at', billing.epoch_ms(s.expires_at), 'items', s.items,
          'stripe_event_id', s.stripe_event_id, 'snapshot_at', billing.epoch_ms(s.snapshot_at)) order by s.id)
        from public.user_entitlements s where s.user_id = p_user_id), '[]'::jsonb));
    raise exception 'rewound' using errcode = 'TG009';
  exception when sqlstate 'TG009' then
    null;
  end;
  return v_state || jsonb_build_object(
    'customer_id', (select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id),
    'events', coalesce((
      select jsonb_agg(billing.ledger_entry(e) order by e.received_at desc, e.event_id) from (
        select * from public.stripe_events l
        where l.user_id = p_user_id and l.received_at <= p_at
        order by l.received_at desc, l.event_id limit p_events_max) e), '[]'::jsonb),
    'acts', coalesce((
      select jsonb_agg(jsonb_build_object(
        'at', billing.epoch_ms(a.at), 'action', a.action, 'source_id', a.source_id, 'operator', a.operator,
        'reason', a.reason) order by a.at desc)
      from public.entitlement_audit a where a.user_id = p_user_id and a.at <= p_at), '[]'::jsonb));
end
$function$

CREATE OR REPLACE FUNCTION public.forget_user(p_user_id uuid, p_operator text, p_reason text, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_user public.billing_users;
  v_customers text[];
begin
  perform 1 from public.stripe_events e
  where e.outcome = 'unresolved' and e.customer_id in (
    select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id
    union all select c.stripe_customer_id from public.ended_customers c where c.user_id = p_user_id)
  order by e.event_id for update;
  select * into v_user from public.billing_users u where u.user_id = p_user_id for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown_user', 'entitlements', null);
  elsif v_user.forgotten_at is not null then
    return jsonb_build_object('outcome', 'already_forgotten',
      'entitlements', public.get_user_entitlements(p_user_id, p_now));
  end if;
  if v_user.stripe_customer_id is not null then
    perform billing.end_customer(p_user_id, v_user.stripe_customer_id, p_now);
  end if;
  select coalesce(array_agg(c.stripe_customer_id), '{}') into v_customers
  from public.ended_customers c where c.user_id = p_user_id;

  update public.user_entitlements s
  set status = 'forgotten', terminal = true, grants_access = false,
    content = '{}', content_before = null, revision = s.revision + 1, updated_at = p_now
  where s.user_id = p_user_id;
  update public.subscription_invoices i set number = null, hosted_invoice_url = null where i.user_id = p_user_id;
  update public.checkout_attempts a
  set session_url = null, status = case when a.status in ('reserved', 'open') then 'expired' else a.status end
  where a.user_id = p_user_id;
  update public.stripe_events e set outcome = 'ignored', reason = 'forgotten_user', user_id = p_user_id
  where e.outcome = 'unresolved' and e.customer_id = any (v_customers);
  update public.stripe_events e set payload = null where e.user_id = p_user_id and e.payload is not null;

  perform billing.raise_version(p_user_id, null, p_now);
  perform billing.tell(p_user_id, 'user.forgotten', null, p_now);
  insert into public.entitlement_audit (at, operator, action, user_id, source_id, reason, details)
  values (p_now, p_operator, 'forget', p_user_id, '', p_reason, '{}');
  update public.billing_users u set forgotten_at = p_now where u.user_id = p_user_id;
  return jsonb_build_object('outcome', 'forgotten', 'entitlements', public.get_user_entitlements(p_user_id, p_now));
end
$function$

CREATE OR REPLACE FUNCTION public.get_billing_account(p_user_id uuid, p_now timestamp with time zone, p_invoices_max integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'entitlements', public.get_user_entitlements(p_user_id, p_now),
    'customer_id', (select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id),
    'subscribed_before', billing.subscribed_before(p_user_id),
    'trials', billing.trials_of(p_user_id),
    'invoices', coalesce((
      select jsonb_agg(to_jsonb(i)) from (
        select s.invoice_id, s.number, s.status, s.amount_due, s.amount_paid, s.currency,
          billing.epoch_ms(s.invoiced_at) as created_at, s.hosted_invoice_url
        from public.subscription_invoices s
        where s.user_id = p_user_id
        order by s.invoiced_at desc, s.invoice_id
        limit p_invoices_max) i), '[]'::jsonb))
$function$

CREATE OR REPLACE FUNCTION public.get_diagnosis()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_migrations jsonb;
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select jsonb_agg(m.version order by m.version) from supabase_migrations.schema_migrations m'
      into v_migrations;
  end if;
  return jsonb_build_object(
    'now', billing.epoch_ms(clock_timestamp()),
    'migrations', v_migrations,
    'tables_without_rls', (
      select coalesce(jsonb_agg(c.relname order by c.relname), '[]'::jsonb) from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not (c.relrowsecurity and c.relforcerowsecurity)),
    'tables_written_by_users', (
      select coalesce(jsonb_agg(distinct g.table_name), '[]'::jsonb) from information_schema.role_table_grants g
      where g.table_schema = 'public' and g.grantee in ('anon', 'authenticated') and g.privilege_type <> 'SELECT'),
    'functions_of_users', (
      select coalesce(jsonb_agg(distinct p.proname), '[]'::jsonb)
      from pg_catalog.pg_proc p cross join (values ('anon'), ('authenticated')) r(role)
      where p.pronamespace in ('public'::regnamespace, 'billing'::regnamespace)
        and has_function_privilege(r.role, p.oid, 'execute')
        and has_schema_privilege(r.role, p.pronamespace, 'usage')));
end
$function$

CREATE OR REPLACE FUNCTION public.get_obligations(p_user_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'forgotten', u.forgotten_at is not null,
    'signs_in', exists (select 1 from auth.users a where a.id = u.user_id),
    'customer_id', u.stripe_customer_id)
  from public.billing_users u where u.user_id = p_user_id
$function$

CREATE OR REPLACE FUNCTION public.get_outbox(p_dead_max integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'waiting', count(*) filter (where o.dead_at is null),
    'oldest_at', billing.epoch_ms(min(o.created_at) filter (where o.dead_at is null)),
    'dead', count(*) filter (where o.dead_at is not null),
    'first_dead', coalesce((
      select jsonb_agg(jsonb_build_object(
        'message_id', d.message_id, 'user_id', d.user_id, 'topic', d.topic, 'attempts', d.attempts,
        'created_at', billing.epoch_ms(d.created_at), 'error', d.last_error) order by d.id)
      from (
        select * from public.outbox w where w.dead_at is not null order by w.dead_at, w.id limit p_dead_max
      ) d), '[]'::jsonb))
  from public.outbox o
$function$

CREATE OR REPLACE FUNCTION public.get_reconcile_run(p_repairs boolean, p_drifts_max integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select billing.reconcile_run(r, p_drifts_max)
  from public.reconcile_runs r where r.repairs = p_repairs order by r.started_at desc limit 1
$function$

CREATE OR REPLACE FUNCTION public.get_stripe_event(p_event_id text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select billing.ledger_entry(e) || jsonb_build_object(
    'change', e.change, 'payload_base64', translate(encode(e.payload, 'base64'), E'\n', ''))
  from public.stripe_events e where e.event_id = p_event_id
$function$

CREATE OR REPLACE FUNCTION public.get_user_entitlements(p_user_id uuid, p_now timestamp with time zone)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_facts jsonb;
begin
  -- Most users have nothing that may withhold, which two indexes say sooner than the facts themselves.
  perform from public.payment_reversals r where r.user_id = p_user_id
  union all
  select from public.subscription_invoices i where i.user_id = p_user_id and i.status in ('void', 'uncollectible');
  if found then
    v_facts := (
      select jsonb_object_agg(h.source_id, h.facts) from (
        select f.source_id,
          jsonb_agg(f.fact order by f.fact ->> 'kind', f.fact ->> 'object_id', f.fact ->> 'period_end') as facts
        from billing.hold_facts(p_user_id) f
        where f.source_id is not null
        group by f.source_id) h);
  end if;
  return json_build_object(
    'user_id', p_user_id,
    'epoch', coalesce((select e.epoch from public.billing_epoch e), 1),
    'version', coalesce((select u.entitlement_version from public.billing_users u where u.user_id = p_user_id), 0),
    'sources', coalesce((
      select json_agg(json_build_object(
        'kind', s.source_kind,
        'source_id', s.source_id,
        'status', s.status,
        'plan', s.plan,
        'plan_version', s.plan_version,
        'quantity', s.quantity,
        'items', s.items,
        'expires_at', (extract(epoch from s.expires_at) * 1000)::bigint,
        'renews_at', (extract(epoch from s.renews_at) * 1000)::bigint,
        'cancels_at', (extract(epoch from s.cancels_at) * 1000)::bigint,
        'past_due_since', case when s.status = 'past_due' then billing.epoch_ms(billing.past_due_since(
          s.past_due_entered_at, s.not_past_due_at, s.past_due_seen_at, s.snapshot_at)) end,
        'paid_at', case when s.duration is not null then (extract(epoch from s.paid_at) * 1000)::bigint end,
        'duration_ms', (extract(epoch from s.duration) * 1000)::bigint,
        'paid_through', case when s.source_kind = 'subscription' then
          (
            -- A maximum over its invoices, so that every order of their events ends alike.
            select (extract(epoch from max(i.period_end)) * 1000)::bigint from public.subscription_invoices i
            where i.subscription_id = s.source_id and i.status = 'paid'
              and i.billing_reason in ('subscription_create', 'subscription_cycle')) end,
        'stripe_event_id', s.stripe_event_id,
        'holds', case when s.status = 'paused' then '[{"kind": "pause"}]'::jsonb else '[]'::jsonb end || coalesce(
          v_facts -> s.source_id, '[]'::jsonb)
      ) order by s.id)
      from public.user_entitlements s
      where s.user_id = p_user_id and not s.terminal and (s.grants_access or s.status = 'paused')
        and (s.expires_at is null or s.expires_at > p_now
          or (s.duration is not null and s.source_id = any ((select billing.passes_alive(p_user_id, p_now))::text[])))
    ), '[]'::json));
end
$function$

CREATE OR REPLACE FUNCTION public.grant_entitlement(p_grant_id uuid, p_user_id uuid, p_plan text, p_plan_version integer, p_quantity integer, p_expires_at timestamp with time zone, p_operator text, p_reason text, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_source_id text := 'grant_' || p_grant_id;
  v_terms jsonb := jsonb_build_object('plan', p_plan, 'plan_version', p_plan_version, 'quantity', p_quantity);
begin
  if not exists (select 1 from auth.users a where a.id = p_user_id) then
    return jsonb_build_object('outcome', 'unknown_user', 'source_id', v_source_id, 'entitlements', null);
  end if;
  perform billing.lock_user(p_user_id, null, false, p_now);
  insert into public.user_entitlements (
    user_id, source_kind, source_id, status, terminal, grants_access, plan, plan_version, quantity, items, expires_at,
    expires_bound, snapshot_at, snapshot_rank, content, created_at, updated_at)
  values (
    p_user_id, 'manual', v_source_id, 'active', false, true, p_plan, p_plan_version, p_quantity,
    jsonb_build_array(v_terms || jsonb_build_object('item_id', v_source_id, 'interval', null, 'expires_at', null)),
    p_expires_at, p_expires_at, p_now, 0, v_terms, p_now, p_now)
  on conflict (source_id) do nothing;
  if not found then
    return jsonb_build_object('outcome', 'exists', 'source_id', v_source_id,
      'entitlements', public.get_user_entitlements(p_user_id, p_now));
  end if;
  insert into public.entitlement_audit (at, operator, action, user_id, source_id, reason, details)
  values (p_now, p_operator, 'grant', p_user_id, v_source_id, p_reason,
    v_terms || jsonb_build_object('expires_at', p_expires_at));
  perform billing.raise_version(p_user_id, null, p_now);
  return jsonb_build_object('outcome', 'granted', 'source_id', v_source_id,
    'entitlements', public.get_user_entitlements(p_user_id, p_now));
end
$function$

CREATE OR REPLACE FUNCTION public.judge_trial(p_subscription_id text, p_card_fingerprint text, p_now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_user_id uuid;
  v_verdict text;
begin
  select s.user_id into v_user_id from public.user_entitlements s where s.source_id = p_subscription_id;
  perform 1 from public.billing_users u where u.user_id = v_user_id for update;
  select t.verdict into v_verdict from public.trials t where t.subscription_id = p_subscription_id for update;
  if not found or v_verdict is not null then
    return v_verdict;
  elsif p_card_fingerprint is null then
    update public.trials t set verdict = 'no_card' where t.subscription_id = p_subscription_id;
    return 'no_card';
  end if;
  begin
    update public.trials t set verdict = 'first_of_card', card_fingerprint = p_card_fingerprint
    where t.subscription_id = p_subscription_id;
    return 'first_of_card';
  exception when unique_violation then
    update public.trials t set verdict = 'card_had_one' where t.subscription_id = p_subscription_id;
    perform billing.tell(v_user_id, 'trial.card_had_one', null, p_now);
    return 'card_had_one';
  end;
end
$function$

CREATE OR REPLACE FUNCTION public.link_stripe_customer(p_user_id uuid, p_customer_id text, p_now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
begin
  if billing.lock_user(p_user_id, p_customer_id, true, p_now) then
    perform billing.apply_kept_events(p_user_id, p_customer_id, null, p_now);
  end if;
  return (select u.stripe_customer_id from public.billing_users u where u.user_id = p_user_id);
end
$function$

CREATE OR REPLACE FUNCTION public.list_deleted_users(p_limit integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(gone.user_id), '[]'::jsonb) from (
    select u.user_id from public.billing_users u
    where u.forgotten_at is null and not exists (select 1 from auth.users a where a.id = u.user_id)
    order by u.user_id limit p_limit) gone
$function$

CREATE OR REPLACE FUNCTION public.list_open_trials(p_limit integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(open.subscription_id order by open.began_at), '[]'::jsonb) from (
    select t.subscription_id, t.began_at
    from public.trials t
    join public.user_entitlements s on s.source_id = t.subscription_id
    where (t.verdict is null or t.verdict = 'card_had_one') and billing.is_open_trial(t.verdict, s.status)
    order by t.began_at limit p_limit) open
$function$

CREATE OR REPLACE FUNCTION public.list_second_purchases(p_limit integer, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Those that may be are few: only of them it is looked at whether each is live.
  with candidate as (
    select s.user_id, s.source_kind, case when s.source_kind <> 'subscription' then s.plan end as plan
    from public.user_entitlements s
    where s.bought_once and s.grants_access and not s.terminal
    group by 1, 2, 3
    having count(*) > 1
  )
  select coalesce(jsonb_agg(to_jsonb(twice) order by twice.user_id), '[]'::jsonb) from (
    select s.user_id, s.source_kind as kind, min(s.plan) as plan, jsonb_agg(s.source_id order by s.id) as source_ids
    from candidate c
    join public.user_entitlements s on s.user_id = c.user_id and s.source_kind = c.source_kind
      and s.plan = coalesce(c.plan, s.plan)
    where billing.is_live_purchase(s, p_now)
    group by s.user_id, s.source_kind, c.plan
    having count(*) > 1
    order by s.user_id limit p_limit) twice
$function$

CREATE OR REPLACE FUNCTION public.list_stripe_events(p_filter jsonb, p_limit integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  v_outcome text := p_filter ->> 'outcome';
  v_reason text := p_filter ->> 'reason';
  v_type text := p_filter ->> 'type';
  v_user_id uuid := p_filter ->> 'user_id';
  v_event_ids text[] := case when p_filter ? 'event_ids' then array(
    select jsonb_array_elements_text(p_filter -> 'event_ids')) end;
  v_since timestamptz := billing.from_seconds(p_filter ->> 'since');
  v_until timestamptz := billing.from_seconds(p_filter ->> 'until');
  v_before timestamptz := billing.from_seconds(p_filter -> 'before' ->> 'created');
  v_before_id text := p_filter -> 'before' ->> 'event_id';
begin
  return coalesce((
    select jsonb_agg(billing.ledger_entry(listed) order by listed.created desc, listed.event_id desc)
    from (
      select e.* from public.stripe_events e
      where (v_outcome is null or e.outcome = v_outcome)
        and (v_reason is null or e.reason = v_reason)
        and (v_type is null or e.type = v_type)
        and (v_user_id is null or e.user_id = v_user_id)
        and (v_event_ids is null or e.event_id = any (v_event_ids))
        and (v_since is null or e.created >= v_since)
        and (v_until is null or e.created < v_until)
        and (v_before is null or (e.created, e.event_id) < (v_before, v_before_id))
      order by e.created desc, e.event_id desc
      limit p_limit) listed), '[]'::jsonb);
end
$function$

CREATE OR REPLACE FUNCTION public.list_unseen_sources(p_run_id uuid, p_after bigint, p_limit integer, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(to_jsonb(unseen) order by unseen.id), '[]'::jsonb) from (
    select s.id, s.source_id, s.source_kind, s.user_id, s.plan, s.status
    from public.user_entitlements s
    where s.id > p_after and s.source_kind <> 'manual' and s.grants_access
      and (s.expires_at is null or s.expires_at > p_now)
      and s.created_at < (select r.started_at from public.reconcile_runs r where r.run_id = p_run_id)
      and not exists (
        select 1 from public.reconcile_seen seen where seen.run_id = p_run_id and seen.source_id = s.source_id)
    order by s.id limit p_limit) unseen
$function$

CREATE OR REPLACE FUNCTION public.open_checkout_attempt(p_attempt_id uuid, p_attempt_number integer, p_session_id text, p_session_url text, p_session_expires_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
begin
  update public.checkout_attempts a
  set status = 'open', session_id = p_session_id, session_url = p_session_url, session_expires_at = p_session_expires_at
  where a.attempt_id = p_attempt_id and a.attempt_number = p_attempt_number
    and (a.status = 'reserved' or (a.status in ('open', 'completed') and a.session_id = p_session_id));
  return found;
end
$function$

CREATE OR REPLACE FUNCTION public.preview_stripe_events(p_events jsonb, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_entry jsonb;
  v_answers jsonb := '[]'::jsonb;
begin
  begin
    for v_entry in select * from jsonb_array_elements(p_events) loop
      v_answers := v_answers || public.apply_stripe_event(v_entry -> 'event', v_entry -> 'change', p_now)::jsonb;
    end loop;
    -- Undoes the block; variables keep their values.
    raise exception 'preview' using errcode = 'TG009';
  exception when sqlstate 'TG009' then
    null;
  end;
  return jsonb_build_object('answers', v_answers, 'before', coalesce((
    select jsonb_agg(public.get_user_entitlements(users.user_id, p_now)) from (
      select distinct (answer ->> 'user_id')::uuid as user_id from jsonb_array_elements(v_answers) answer
      where answer ->> 'user_id' is not null) users), '[]'::jsonb));
end
$function$

CREATE OR REPLACE FUNCTION public.purge_stripe_payloads(p_before timestamp with time zone, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
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
$function$

CREATE OR REPLACE FUNCTION public.renew_checkout_attempt(p_attempt_id uuid, p_attempt_number integer)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
  update public.checkout_attempts a set attempt_number = a.attempt_number + 1
  where a.attempt_id = p_attempt_id and a.attempt_number = p_attempt_number and a.status = 'reserved'
$function$

CREATE OR REPLACE FUNCTION public.reserve_checkout_attempt(p_user_id uuid, p_plan text, p_renewing boolean, p_parameters_hash text, p_attempt_id uuid, p_now timestamp with time zone, p_takeover_after_seconds integer, p_repeatable boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_user public.billing_users;
  v_live public.checkout_attempts;
  v_owned public.user_entitlements;
  v_outcome text := 'reserved';
  v_customer jsonb;
begin
  perform billing.lock_user(p_user_id, null, false, p_now);
  select * into strict v_user from public.billing_users u where u.user_id = p_user_id;
  v_customer := jsonb_build_object('customer_id', v_user.stripe_customer_id, 'customers_before', (
    select count(*) from public.ended_customers e where e.user_id = p_user_id),
    'subscribed_before', billing.subscribed_before(p_user_id));

  -- A second subscription is a change of the first; what lasts for life cannot be bought twice, unless it is a pack or
  -- was paid back.
  select * into v_owned from public.user_entitlements s
  where s.user_id = p_user_id and not s.terminal and s.source_kind <> 'manual' and (
    (p_renewing and s.source_kind = 'subscription' and s.status <> 'incomplete')
    or (s.source_kind = 'payment' and s.plan = p_plan and s.expires_at is null and not p_repeatable
      and not billing.is_paid_back(s.source_id, s.amount_paid)))
  order by s.grants_access desc, s.id limit 1;
  if found then
    return jsonb_build_object('outcome', 'already_subscribed', 'plan', v_owned.plan, 'status', v_owned.status);
  end if;

  select * into v_live from public.checkout_attempts a
  where a.user_id = p_user_id and a.status in ('reserved', 'open') for update;
  if found then
    if v_live.status = 'open' and v_live.session_expires_at <= p_now then
      update public.checkout_attempts a set status = 'expired' where a.attempt_id = v_live.attempt_id;
    elsif v_live.status = 'open' then
      return jsonb_build_object(
        'outcome', case when v_live.parameters_hash = p_parameters_hash then 'open' else 'other_open' end,
        'attempt_id', v_live.attempt_id, 'attempt_number', v_live.attempt_number, 'session_id', v_live.session_id,
        'session_url', v_live.session_url, 'session_expires_at', billing.epoch_ms(v_live.session_expires_at))
        || v_customer;
    elsif v_live.parameters_hash = p_parameters_hash then
      -- Whoever asks is at work from now on: taken over meanwhile, it would leave a session that nobody remembers.
      update public.checkout_attempts a set reserved_at = greatest(a.reserved_at, p_now)
      where a.attempt_id = v_live.attempt_id;
      return jsonb_build_object(
        'outcome', case when v_live.takes_over then 'taken_over' else 'reserved' end, 'attempt_id', v_live.attempt_id,
        'attempt_number', v_live.attempt_number) || v_customer;
    elsif v_live.reserved_at + make_interval(secs => p_takeover_after_seconds) > p_now then
      return jsonb_build_object('outcome', 'in_progress');
    else
      update public.checkout_attempts a set status = 'failed' where a.attempt_id = v_live.attempt_id;
      v_outcome := 'taken_over';
    end if;
  end if;

  insert into public.checkout_attempts (
    attempt_id, user_id, plan, parameters_hash, status, reserved_at, takes_over)
  values (p_attempt_id, p_user_id, p_plan, p_parameters_hash, 'reserved', p_now, v_outcome = 'taken_over');
  return jsonb_build_object('outcome', v_outcome, 'attempt_id', p_attempt_id, 'attempt_number', 1) || v_customer;
end
$function$

CREATE OR REPLACE FUNCTION public.revive_outbox(p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_revived integer;
begin
  update public.outbox o set dead_at = null, attempts = 0, not_before = p_now where o.dead_at is not null;
  get diagnostics v_revived = row_count;
  return v_revived;
end
$function$

CREATE OR REPLACE FUNCTION public.revoke_entitlement(p_source_id text, p_operator text, p_reason text, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_user_id uuid;
  v_outcome text := 'already_revoked';
begin
  select s.user_id into v_user_id from public.user_entitlements s
  where s.source_id = p_source_id and s.source_kind = 'manual';
  if not found then
    return jsonb_build_object('outcome', 'not_found', 'user_id', null, 'entitlements', null);
  end if;
  perform billing.lock_user(v_user_id, null, false, p_now);
  update public.user_entitlements s
  set status = 'revoked', terminal = true, grants_access = false, expires_at = least(s.expires_at, p_now),
    revision = s.revision + 1, updated_at = p_now
  where s.source_id = p_source_id and not s.terminal;
  if found then
    v_outcome := 'revoked';
    insert into public.entitlement_audit (at, operator, action, user_id, source_id, reason, details)
    values (p_now, p_operator, 'revoke', v_user_id, p_source_id, p_reason, '{}');
    perform billing.raise_version(v_user_id, null, p_now);
  end if;
  return jsonb_build_object('outcome', v_outcome, 'user_id', v_user_id,
    'entitlements', public.get_user_entitlements(v_user_id, p_now));
end
$function$

CREATE OR REPLACE FUNCTION public.settle_outbox(p_results jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_result jsonb;
begin
  for v_result in select r from jsonb_array_elements(p_results) r order by (r ->> 'id')::bigint loop
    if v_result ->> 'error' is null then
      delete from public.outbox o where o.id = (v_result ->> 'id')::bigint;
    else
      update public.outbox o set
        last_error = v_result ->> 'error',
        not_before = coalesce(to_timestamp((v_result ->> 'retry_at')::bigint / 1000.0), o.not_before),
        dead_at = case when v_result ->> 'retry_at' is null then p_now end
      where o.id = (v_result ->> 'id')::bigint and o.attempts = (v_result ->> 'attempt')::integer;
    end if;
  end loop;
end
$function$

CREATE OR REPLACE FUNCTION public.start_reconcile_run(p_run_id uuid, p_repairs boolean, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
 SET statement_timeout TO '5s'
AS $function$
declare
  v_run public.reconcile_runs;
begin
  delete from public.reconcile_runs r
  where r.finished_at < p_now - interval '90 days'
    or (r.finished_at is null and r.updated_at < p_now - interval '1 day');
  insert into public.reconcile_runs (run_id, started_at, updated_at, repairs, phase)
  values (p_run_id, p_now, p_now, p_repairs, 'customers')
  on conflict do nothing;
  select * into strict v_run from public.reconcile_runs r where r.finished_at is null and r.repairs = p_repairs;
  return billing.reconcile_run(v_run, 0);
end
$function$

