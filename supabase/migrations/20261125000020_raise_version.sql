-- billing.raise_version(user): the user's next version.
-- Locks: the caller holds the user's row. Called by: whatever changes a user's access.
create function billing.raise_version(p_user_id uuid) returns void
language sql
set search_path = ''
as $$
  update public.billing_users u set entitlement_version = u.entitlement_version + 1 where u.user_id = p_user_id
$$;

-- billing.parts(change, many, one): the parts of one kind in a change's document. Documents of before 25 November 2026,
-- which the ledger keeps, have at most one of each kind, under another key.
create function billing.parts(p_change jsonb, p_many text, p_one text) returns setof jsonb
language sql immutable
set search_path = ''
as $$
  select jsonb_array_elements(p_change -> p_many)
  union all
  select p_change -> p_one where p_change -> p_one <> 'null'::jsonb
$$;
