-- billing.lock_user(user, customer, links_customer, now): the user's row, locked until the transaction ends, linked
-- to the customer where it had none. A link that exists is changed by nothing here, and a customer that was deleted
-- at Stripe is linked to nobody again.
--
-- Answers: whether the link was made now. Raises TG005 where the user was forgotten.
-- Called by: every function that changes anything of a user's, before it locks anything else of theirs.
create or replace function billing.lock_user(
  p_user_id uuid, p_customer_id text, p_links_customer boolean, p_now timestamptz
) returns boolean
language plpgsql
set search_path = ''
as $$
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
$$;
