import { z } from 'zod'
import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { baseOf, isPlanKey, planOf, plans, priceOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { CheckoutOrder } from '#src/features/billing/domain/checkout/CheckoutSession.ts'

/** What is sold by itself: an add-on is an item beside its base. */
const planKeys = plans.map(([key]) => key).filter((key) => baseOf(key) === null) as [PlanKey, ...PlanKey[]]

/**
 * The body of `POST /api/checkout/session`: a plan and interval of the catalogue, the number of seats where the plan
 * has seats, and optionally a promotion code. Anything else, an amount or a price id above all, is refused.
 */
export const CreateCheckoutSessionRequest = z
  .strictObject({
    plan: z.enum(planKeys),
    interval: z.enum(['month', 'year']).optional(),
    quantity: z.int().min(1).optional(),
    promotionCode: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and dashes, at most 64')
      .optional(),
  })
  .superRefine((request, context) => {
    if (!isPlanKey(request.plan)) return
    const plan = planOf(request.plan)
    if (priceOf(request.plan, request.interval ?? null) === null) {
      const message = plan.kind === 'one_time' ? 'this plan has no interval' : 'month or year'
      context.addIssue({ code: 'custom', path: ['interval'], message })
    }
    const seats = plan.kind === 'subscription' ? (plan.seats ?? null) : null
    const { min, max } = seats ?? { min: 1, max: 1 }
    const quantity = request.quantity ?? min
    if (quantity < min || quantity > max) {
      const message = seats === null ? 'this plan has no seats' : `from ${min} to ${max}`
      context.addIssue({ code: 'custom', path: ['quantity'], message })
    }
  })

export type CreateCheckoutSessionRequest = z.infer<typeof CreateCheckoutSessionRequest>

/** A field that was refused, and why, in words for whoever sent it. */
export interface RefusedField {
  readonly field: string
  readonly message: string
}

/** The request in a body, or every field that is wrong with it. */
export function parseCheckoutRequest(
  body: unknown,
): { readonly request: CreateCheckoutSessionRequest } | { readonly refused: readonly RefusedField[] } {
  const parsed = CreateCheckoutSessionRequest.safeParse(body)
  return parsed.success ? { request: parsed.data } : { refused: refusedFields(parsed.error) }
}

/** Each field once, with the first thing that is wrong with it. */
function refusedFields({ issues }: z.ZodError): readonly RefusedField[] {
  const messages = new Map<string, string>()
  for (const issue of issues) {
    const unknown = issue.code === 'unrecognized_keys'
    for (const field of unknown ? issue.keys : [issue.path.join('.') || 'body']) {
      if (!messages.has(field)) messages.set(field, unknown ? 'unknown field' : issue.message)
    }
  }
  return [...messages].map(([field, message]) => ({ field, message }))
}

/** A request in the domain's words: the quantity defaults to the plan's least. */
export function orderOf(request: CreateCheckoutSessionRequest): CheckoutOrder {
  const plan = planOf(request.plan)
  return {
    plan: request.plan,
    interval: request.interval ?? null,
    quantity: request.quantity ?? (plan.kind === 'subscription' ? (plan.seats?.min ?? 1) : 1),
    promotionCode: request.promotionCode ?? null,
  }
}
