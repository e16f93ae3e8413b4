-- billing.parts_of(change, many, one): the parts of one kind in a change's document. Documents of before 25 November 2026,
-- which the ledger keeps, have at most one of each kind, under another key.
create function billing.parts_of(p_change jsonb, p_many text, p_one text default null) returns jsonb[]
language plpgsql immutable
set search_path = ''
as $$
begin
  if p_change -> p_one <> 'null'::jsonb then
    return array[p_change -> p_one];
  elsif p_change -> p_many <> '[]'::jsonb then
    return array(select pg_catalog.jsonb_array_elements(p_change -> p_many));
  end if;
  return '{}';
end
$$;
