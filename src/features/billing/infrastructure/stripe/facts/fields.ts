import { z } from 'zod'

/** An id of Stripe's with this prefix: nothing else may stand where it is expected. */
export const stripeId = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_]{1,240}$`))

/** A reference: Stripe gives the id, or the object itself where it was expanded. */
export const reference = (prefix: string) =>
  z.union([stripeId(prefix), z.object({ id: stripeId(prefix) }).transform(({ id }) => id)])

/** Whole seconds since the epoch, between 1970 and 2106: what Postgres and JavaScript both hold. */
export const Seconds = z.int().min(0).max(4_294_967_295)

/** Text that Postgres can store: no NUL, no lone surrogate, bounded. */
export const Text = z
  .string()
  .max(2_000)
  .refine((text) => !text.includes('\u0000') && text.isWellFormed())

/** Metadata, which an object of an older version may lack. */
export const Metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform((metadata) => metadata ?? {})
