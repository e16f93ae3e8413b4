-- F61: whether this attempt took over one whose holder was gone, which may have left a session at Stripe.
alter table public.checkout_attempts add column takes_over boolean not null default false;
