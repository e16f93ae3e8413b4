-- Each event changes the user's row and a source's. Where a page has room for the next version of a row, the indexes
-- of the user's need no entry for it, and the log after a checkpoint holds one page of the table instead of two.
alter table public.billing_users set (fillfactor = 80);
alter table public.user_entitlements set (fillfactor = 80);
