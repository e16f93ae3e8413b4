/** Every page speaks British English: "3 March 2027", "€1,190". */
export const LOCALE = 'en-GB'

/**
 * An amount in the currency's minor unit (as Stripe counts) as text, without decimals where they are zero: €19, €15.83.
 * Currencies without a minor unit are counted in whole units by Stripe too: ¥500.
 */
export function formatMoney(minorUnits: number, currency: string): string {
  const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const
  const format = new Intl.NumberFormat(LOCALE, { ...options, trailingZeroDisplay: 'stripIfInteger' })
  const digits = new Intl.NumberFormat(LOCALE, options).resolvedOptions().maximumFractionDigits ?? 2
  return format.format(minorUnits / 10 ** digits)
}

/** A count with its thousands separated: 100,000. */
export function formatCount(count: number): string {
  return new Intl.NumberFormat(LOCALE).format(count)
}
