import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import { decimalText, wholeAmount } from '../resources/billing/decimals.ts'
import type { Price } from '../wire.ts'
import type { CurrencyOption, Tier } from './billing-records.ts'

export interface PriceRequest {
  currency: string
  /** In the minor unit; or `unit_amount_decimal`, with up to 12 decimal places. */
  unit_amount?: number
  unit_amount_decimal?: string
  product: string
  recurring?: {
    interval: 'day' | 'week' | 'month' | 'year'
    interval_count?: number
    trial_period_days?: number
  }
  lookup_key?: string
  nickname?: string
  active?: boolean
  metadata?: Record<string, string>
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
  tiers?: Tier[]
  tiers_mode?: 'graduated' | 'volume'
  transform_quantity?: { divide_by: number; round: 'down' | 'up' }
  currency_options?: Record<string, CurrencyOption>
  custom_unit_amount?: Price['custom_unit_amount']
}

/** A new price, with its event. */
export function createPrice(account: Account, request: PriceRequest): Price {
  const custom = request.custom_unit_amount ?? null
  const decimal =
    request.tiers || custom ? null : decimalText(request.unit_amount_decimal ?? request.unit_amount ?? 0)
  const price: Price = {
    id: newId.price(),
    object: 'price',
    active: request.active ?? true,
    billing_scheme: request.tiers ? 'tiered' : 'per_unit',
    created: account.now,
    currency: request.currency,
    custom_unit_amount: custom,
    livemode: false,
    lookup_key: request.lookup_key ?? null,
    metadata: request.metadata ?? {},
    nickname: request.nickname ?? null,
    product: request.product,
    recurring: request.recurring
      ? {
          interval: request.recurring.interval,
          interval_count: request.recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: request.recurring.trial_period_days ?? null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: request.tax_behavior ?? 'unspecified',
    tiers_mode: request.tiers_mode ?? null,
    transform_quantity: request.transform_quantity ?? null,
    type: request.recurring ? 'recurring' : 'one_time',
    unit_amount: decimal === null ? null : wholeAmount(decimal),
    unit_amount_decimal: decimal,
  }
  account.state.prices.add(price)
  if (request.tiers) account.state.priceTiers.set(price.id, request.tiers)
  if (request.currency_options && Object.keys(request.currency_options).length > 0) {
    account.state.priceCurrencies.set(price.id, request.currency_options)
  }
  account.emit('price.created', price)
  return price
}
