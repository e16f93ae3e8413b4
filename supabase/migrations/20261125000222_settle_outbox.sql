-- settle_outbox(results, now): what became of messages that were claimed.
--
-- `p_results` is an array of { id, attempt, error, retry_at }: without an error it was delivered; with one and no
--   `retry_at` (milliseconds since the epoch) it is given up.
-- Promises: what is delivered goes. A deliverer whose lease is over, and whose message another has in hand, can say
--   that it was delivered and nothing else.
-- Locks: the rows that it names, by id. Answers: nothing. Called by: DrainOutbox.
create function public.settle_outbox(p_results jsonb, p_now timestamptz) returns void
language plpgsql
security definer
set search_path = ''
set lock_timeout = '2s'
set statement_timeout = '5s'
as $$
declare
  v_result jsonb;
begin
  for v_result in select r from jsonb_array_elements(p_results) r order by (r ->> 'id')::bigint loop
    if v_result ->> 'error' is null then
      delete from public.outbox o where o.id = (v_result ->> 'id')::bigint;
    else
      update public.outbox o set
        last_error = v_result ->> 'error',
        not_before = coalesce(to_timestamp((v_result ->> 'retry_at')::bigint / 1000.0), o.not_before),
        dead_at = case when v_result ->> 'retry_at' is null then p_now end
      where o.id = (v_result ->> 'id')::bigint and o.attempts = (v_result ->> 'attempt')::integer;
    end if;
  end loop;
end
$$;
revoke execute on function public.settle_outbox from public, anon, authenticated;
grant execute on function public.settle_outbox to service_role;
