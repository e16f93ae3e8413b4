-- billing.contents_before(known, told, verdict): what came before the content that is in force once the verdict of
--   billing.compare_snapshots is carried out, in that second.
--
-- Answers: an array of contents; null where a read has set the row, after which nothing of that second can be told
--   apart any more.
-- Called by: billing.apply_source_snapshot.
create function billing.contents_before(p_known billing.snapshot, p_told billing.snapshot, p_verdict text) returns jsonb
language sql immutable
set search_path = ''
as $$
  select case
    when p_verdict = 'stale' and not s.is_same then p_known.content_before
    when s.is_same and p_known.content_before is null then null
    when p_told.revision is not null then case when s.is_same and p_verdict <> 'applied' then p_known.content_before end
    else (
      select coalesce(jsonb_agg(distinct c.content), '[]'::jsonb)
      from (
        select e.content from pg_catalog.jsonb_array_elements(p_known.content_before) as e (content) where s.is_same
        union all select p_known.content where s.is_same and p_verdict = 'applied'
        union all select p_told.content_before
      ) c
      where c.content <> case when p_verdict = 'stale' then p_known.content else p_told.content end)
  end
  from (select (p_told.at, p_told.rank) is not distinct from (p_known.at, p_known.rank) as is_same) s
$$;
