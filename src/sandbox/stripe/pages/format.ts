import type { Price } from '../wire.ts'

/** Money with its currency, without decimals that say nothing: `€19`, `€9.50`. `amount` is in the minor unit. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    trailingZeroDisplay: 'stripIfInteger',
  })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amount / 10 ** digits)
}

/** `24 November 2026`, in UTC, from seconds since 1970. */
export function day(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000)
}

/** `24 November 2026, 08:40 UTC` */
export function moment(seconds: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' }).format(
    seconds * 1000,
  )
  return `${day(seconds)}, ${time} UTC`
}

/** `per month`, `every 3 months`, or nothing for a price that is paid once. */
export function rhythm(price: Price | null): string {
  if (!price?.recurring) return ''
  const { interval, interval_count: count } = price.recurring
  return count === 1 ? `per ${interval}` : `every ${count} ${interval}s`
}

/** `4242 4242 4242 4242` */
export function spaced(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')
}

const BRANDS: Readonly<Record<string, string>> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
}

/** What somebody pays with, as people name it: `Visa •••• 4242`. */
export function paidWith(method: {
  type?: string
  card?: { brand?: string | null; last4?: string | null } | undefined
  sepa_debit?: { last4?: string | null } | undefined
}): string {
  const { card, sepa_debit: debit, type = 'payment method' } = method
  const name = card ? (BRANDS[card.brand ?? ''] ?? 'Card') : debit ? 'Bank debit' : type.replaceAll('_', ' ')
  const last4 = card?.last4 ?? debit?.last4
  return last4 ? `${name} •••• ${last4}` : name
}
