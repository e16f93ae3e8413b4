-- billing.kept_events(user): what is kept for want of a user although its customer is this user's by now: each waits
--   for a read of its object, as the transaction that makes the link cannot ask Stripe.
--
-- Answers: an array of { id, type, created, livemode, api_version, account, object_id }, oldest first.
-- Called by: apply_stripe_event.
create function billing.kept_events(p_user_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', e.event_id, 'type', e.type, 'created', extract(epoch from e.created)::bigint, 'livemode', e.livemode,
    'api_version', e.api_version, 'account', e.account, 'object_id', e.object_id)
    order by e.created, e.event_id), '[]'::jsonb)
  from public.billing_users u
  join public.stripe_events e on e.customer_id = u.stripe_customer_id
  where u.user_id = p_user_id and e.outcome = 'unresolved' and e.reason = 'unknown_user'
    and coalesce(e.change ->> 'user_id', p_user_id::text) = p_user_id::text
$$;

-- PostgREST keeps what it has read of the schema until it is told.
notify pgrst, 'reload schema';
