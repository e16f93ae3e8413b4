-- In plpgsql, as the instants are: neither asks a table anything, and most verdicts need no query at all.

-- billing.compare_snapshots(known, told): the one rule of which snapshot of an object counts.
--
-- Promises (I4): an older snapshot never overwrites a newer one; a terminal state wins over any later word. Of several
--   contents of one second the last one counts once each change was told, also where one is left and reached again:
--   whoever is told a content that came before the one in force does not know whether it came after it, too.
-- Answers: 'applied' (it counts), 'unchanged' (it says what is known), 'stale' (something newer is known),
--   'ambiguous' (a true tie: read the object).
-- Called by: billing.apply_source_snapshot, billing.apply_reversal.
create or replace function billing.compare_snapshots(p_known billing.snapshot, p_told billing.snapshot) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when p_known.at is null then 'applied'
    when p_known.terminal and not p_told.terminal then 'stale'
    when p_told.terminal and not p_known.terminal then 'applied'
    -- A read that began after this very revision was seen has seen all that the row was set from.
    when p_told.revision = p_known.revision then 'applied'
    when (p_told.at, p_told.rank) < (p_known.at, p_known.rank) then 'stale'
    when p_told.content = p_known.content then 'unchanged'
    when (p_told.at, p_told.rank) > (p_known.at, p_known.rank) then 'applied'
    -- Two different contents of one second and rank: `previous_attributes` may tell which saw the other's result.
    when p_known.content_before is null then 'ambiguous'
    when p_told.content_before = p_known.content and not billing.has_content(p_known.content_before, p_told.content)
      then 'applied'
    when p_told.content_before is distinct from p_known.content
      and billing.has_content(p_known.content_before, p_told.content) then 'stale'
    else 'ambiguous'
  end;
end
$$;

-- billing.contents_before(known, told, verdict): what came before the content that is in force once the verdict of
--   billing.compare_snapshots is carried out, in that second.
--
-- Answers: an array of contents; null where a read has set the row, after which nothing of that second can be told
--   apart any more.
-- Called by: billing.apply_source_snapshot.
create or replace function billing.contents_before(p_known billing.snapshot, p_told billing.snapshot, p_verdict text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_is_same_second boolean := (p_told.at, p_told.rank) is not distinct from (p_known.at, p_known.rank);
begin
  if p_verdict = 'stale' and not v_is_same_second then
    return p_known.content_before;
  elsif p_told.revision is not null and not v_is_same_second then
    return null;
  elsif not v_is_same_second then
    return case when p_told.content_before <> p_told.content then jsonb_build_array(p_told.content_before) else '[]' end;
  elsif p_known.content_before is null or (p_told.revision is not null and p_verdict = 'applied') then
    return null;
  elsif p_told.revision is not null then
    return p_known.content_before;
  end if;
  return (
    select coalesce(jsonb_agg(distinct c.content), '[]'::jsonb)
    from (
      select e.content from pg_catalog.jsonb_array_elements(p_known.content_before) as e (content)
      union all select p_known.content where p_verdict = 'applied'
      union all select p_told.content_before
    ) c
    where c.content <> case when p_verdict = 'stale' then p_known.content else p_told.content end);
end
$$;
