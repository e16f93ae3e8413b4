-- What is known of an object's state, or is told anew.
--   content_before: of what is told, the content before the change (null: not told); of what is known, an array of the
--     contents that came before the one in force in its second, as far as was told (null: a read set it).
--   revision: that of the row that was seen before a read of the object began; null where an event tells it.
create type billing.snapshot as (
  at timestamptz, rank smallint, terminal boolean, content jsonb, content_before jsonb, revision bigint
);

-- billing.has_content(contents, content): whether an array has an element that is this very content. The operator `@>`
-- would also find one that has more.
create function billing.has_content(p_contents jsonb, p_content jsonb) returns boolean
language sql immutable
set search_path = ''
as $$
  select exists (select from pg_catalog.jsonb_array_elements(p_contents) as e (content) where e.content = p_content)
$$;

-- billing.compare_snapshots(known, told): the one rule of which snapshot of an object counts.
--
-- Promises (I4): an older snapshot never overwrites a newer one; a terminal state wins over any later word. Of several
--   contents of one second the last one counts once each change was told, also where one is left and reached again:
--   whoever is told a content that came before the one in force does not know whether it came after it, too.
-- Answers: 'applied' (it counts), 'unchanged' (it says what is known), 'stale' (something newer is known),
--   'ambiguous' (a true tie: read the object).
-- Called by: billing.apply_source_snapshot, billing.apply_reversal.
create function billing.compare_snapshots(p_known billing.snapshot, p_told billing.snapshot) returns text
language sql immutable
set search_path = ''
as $$
  select case
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
  end
$$;
