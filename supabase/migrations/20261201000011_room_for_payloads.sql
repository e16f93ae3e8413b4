-- A payload stays in its event's row where both, compressed, take half a page at the most: elsewhere each event would cost a
-- second row, and an entry of a second index. For rows that are written from now on.
-- https://www.postgresql.org/docs/17/storage-toast.html
alter table public.stripe_events set (toast_tuple_target = 4080);
