-- billing.resolve_user(user, customer): whose change this is. The one way from Stripe's words to a user.
--
-- Promises: never by e-mail; a customer that is linked to one user never speaks for another, and speaks for its user
--   still when it is deleted at Stripe.
-- Answers: the user, or null where nobody is known. Raises TG003 where user and customer contradict each other, TG005
--   where the user was forgotten; of one whose account is still there, billing.lock_user says so.
-- Called by: apply_stripe_event.
create or replace function billing.resolve_user(p_user_id uuid, p_customer_id text) returns uuid
language plpgsql stable
set search_path = ''
as $$
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
$$;
