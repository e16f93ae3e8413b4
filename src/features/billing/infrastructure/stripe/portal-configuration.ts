import type Stripe from 'stripe'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'

/** The customer portal's configuration that was pushed for this environment; null where none was. */
export async function findPortal(
  stripe: Stripe,
  environment: string,
): Promise<Stripe.BillingPortal.Configuration | null> {
  for await (const configuration of stripe.billingPortal.configurations.list({ active: true, limit: 100 })) {
    if (configuration.metadata?.[metadataKeys.environment] === environment) return configuration
  }
  return null
}
