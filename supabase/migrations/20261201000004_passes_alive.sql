-- billing.passes_alive(user, now): the timed passes that bear on access at or after `p_now`.
--
-- Passes of one plan stand end to end: each ends at max(its payment, the end before it) + its duration. In closed
-- form that is the sum of the durations so far, from the latest start that no pass before it reaches; equal starts
-- are one chain, and a pass of a chain that has not ended bears on the end of the others.
-- Called by: get_user_entitlements.
create function billing.passes_alive(p_user_id uuid, p_now timestamptz) returns text[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    select ends.source_id from (
      select chains.source_id, max(chains.started_at + chains.lasted) over (partition by chains.plan, chains.started_at)
        as chain_ends_at
      from (
        select sums.source_id, sums.plan, sums.lasted,
          max(sums.paid_at - (sums.lasted - sums.duration)) over (
            partition by sums.plan order by sums.paid_at, sums.source_id) as started_at
        from (
          select s.source_id, s.plan, s.paid_at, s.duration,
            sum(s.duration) over (partition by s.plan order by s.paid_at, s.source_id) as lasted
          from public.user_entitlements s
          where s.user_id = p_user_id and s.duration is not null and not s.terminal
        ) sums
      ) chains
    ) ends
    where ends.chain_ends_at > p_now);
end
$$;
