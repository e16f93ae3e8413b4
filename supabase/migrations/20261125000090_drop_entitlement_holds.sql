-- Pauses follow from the status of their subscription, refunds and disputes stand in payment_reversals: since the
-- migrations before this one no function reads or writes holds of their own.
drop function billing.apply_hold(text, text, text, boolean, timestamptz, smallint, text);
drop table public.entitlement_holds;

notify pgrst, 'reload schema';
