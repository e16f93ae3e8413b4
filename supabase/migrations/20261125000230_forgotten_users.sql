-- F82: a user who was deleted stays as a row without a name, so that the ledger keeps its meaning and nothing that comes
-- from Stripe afterwards brings them back.
alter table public.billing_users add column forgotten_at timestamptz;

alter table public.entitlement_audit drop constraint entitlement_audit_action_check;
alter table public.entitlement_audit
  add constraint entitlement_audit_action_check check (action in ('grant', 'revoke', 'forget'));

-- billing.refuse_forgotten(user): raises TG005 where this user was forgotten.
-- Called by: billing.resolve_user, billing.lock_user.
create function billing.refuse_forgotten(p_user_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if exists (select 1 from public.billing_users u where u.user_id = p_user_id and u.forgotten_at is not null) then
    raise exception 'forgotten_user' using errcode = 'TG005';
  end if;
end
$$;
