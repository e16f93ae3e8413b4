-- billing.trials_of(user): a user's trials that are once a card.
--
-- Answers: an array of { subscription_id, verdict, is_open }, oldest first. Locks: nothing.
-- Called by: apply_stripe_event, get_billing_account.
create or replace function billing.trials_of(p_user_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
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
$$;
