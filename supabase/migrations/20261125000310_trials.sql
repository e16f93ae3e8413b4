-- F89: a trial is once a card. One row a trial of which Stripe's page said so; what a person gives at Stripe is theirs to
-- give, and has none. It names nobody: whose it is says the source, for as long as that does.
create table public.trials (
  subscription_id text primary key,
  began_at timestamptz not null,
  -- What was found of its card; null until it is known.
  verdict text check (verdict in ('first_of_card', 'card_had_one', 'no_card')),
  -- Stripe's fingerprint of the card, with the trial that was its first: the first one wins, however many begin at once.
  card_fingerprint text unique,
  check ((verdict is not distinct from 'first_of_card') = (card_fingerprint is not null))
);
-- list_open_trials: what has yet to be judged, or ended at Stripe
create index idx_trials_open on public.trials (began_at)
  where verdict is null or verdict = 'card_had_one';

alter table public.trials enable row level security;
alter table public.trials force row level security;
revoke all on public.trials from anon, authenticated, service_role;
grant select on public.trials to service_role;

-- billing.is_open_trial(verdict, status): whether something has yet to be done about a trial whose subscription has this
-- status: its card is not known, or had one, and Stripe has not said that it is over.
create function billing.is_open_trial(p_verdict text, p_status text) returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_status = 'trialing' and (p_verdict is null or p_verdict = 'card_had_one')
$$;

-- billing.trials_of(user): a user's trials that are once a card.
--
-- Answers: an array of { subscription_id, verdict, is_open }, oldest first. Locks: nothing.
-- Called by: apply_stripe_event, get_billing_account.
create function billing.trials_of(p_user_id uuid) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'subscription_id', t.subscription_id, 'verdict', t.verdict, 'is_open', billing.is_open_trial(t.verdict, s.status))
    order by t.began_at, t.subscription_id), '[]'::jsonb)
  from public.user_entitlements s
  join public.trials t on t.subscription_id = s.source_id
  where s.user_id = p_user_id
$$;
