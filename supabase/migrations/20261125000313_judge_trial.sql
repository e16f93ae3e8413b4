-- judge_trial(subscription, fingerprint, now): whether a trial is the first of its card (F89).
--
-- Promises: of all trials of one card one is the first, however many are judged at once; what was found stays. That a
--   card had one is told once, in the same transaction.
-- Locks: the user's row, then the trial, then the fingerprint.
-- Answers: the verdict, and null where no such trial is known
--   first_of_card  it is; the card has had its trial from now on
--   card_had_one   another subscription has had the trial of this card
--   no_card        it pays with something else, of which nothing is kept (`p_card_fingerprint` is null)
-- Called by: SettleTrials.
create function public.judge_trial(p_subscription_id text, p_card_fingerprint text, p_now timestamptz) returns text
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
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
$$;
revoke execute on function public.judge_trial from public, anon, authenticated;
grant execute on function public.judge_trial to service_role;

-- list_open_trials(limit): trials that have yet to be judged, or ended at Stripe.
--
-- Locks: nothing. Answers: an array of ids of subscriptions, oldest first, at most `p_limit` long.
-- Called by: SettleTrials, for the scheduled check.
create function public.list_open_trials(p_limit integer) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(open.subscription_id order by open.began_at), '[]'::jsonb) from (
    select t.subscription_id, t.began_at
    from public.trials t
    join public.user_entitlements s on s.source_id = t.subscription_id
    where (t.verdict is null or t.verdict = 'card_had_one') and billing.is_open_trial(t.verdict, s.status)
    order by t.began_at limit p_limit) open
$$;
revoke execute on function public.list_open_trials from public, anon, authenticated;
grant execute on function public.list_open_trials to service_role;
