-- What operators did and why: a row an act, never deleted or rewritten. It names the operator as they named themselves.
create table public.entitlement_audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  operator text not null check (operator <> ''),
  action text not null check (action in ('grant', 'revoke')),
  user_id uuid not null,
  source_id text not null,
  reason text not null check (reason <> ''),
  details jsonb not null
);
-- the acts that concern one user, newest first
create index idx_entitlement_audit_user_id on public.entitlement_audit (user_id, at desc);

alter table public.entitlement_audit enable row level security;
alter table public.entitlement_audit force row level security;
revoke all on public.entitlement_audit from anon, authenticated, service_role;
grant select on public.entitlement_audit to service_role;

create function billing.refuse_audit_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'the audit of operators is append-only' using errcode = 'TG002';
end
$$;

create trigger entitlement_audit_append_only
  before update or delete on public.entitlement_audit
  for each row execute function billing.refuse_audit_rewrite();
