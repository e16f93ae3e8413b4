import type { Account } from '../account.ts'
import { noSuch } from '../errors.ts'
import { newId } from '../ids.ts'
import type { TaxId } from '../wire.ts'

/** The tax number of a customer, with its event; or the account's own, for null. */
export function createTaxId(
  account: Account,
  customer: string | null,
  given: { type: TaxId['type']; value: string },
): TaxId {
  const taxId = account.state.taxIds.add({
    id: newId.taxId(),
    object: 'tax_id',
    country: countryOf(given.type),
    created: account.now,
    customer,
    customer_account: null,
    livemode: false,
    owner:
      customer === null
        ? { customer_account: null, type: 'self' }
        : { customer, customer_account: null, type: 'customer' },
    type: given.type,
    value: given.value,
    verification: { status: 'pending', verified_address: null, verified_name: null },
  })
  if (customer !== null) account.emit('customer.tax_id.created', taxId)
  account.scheduler.plan('tax_id.verify', taxId.id, account.now)
  return taxId
}

/** @throws StripeError 400 for the first of the ids that is none of the account's own; a customer's is no less unknown. */
export function checkAccountTaxIds(
  account: Account,
  ids: readonly string[] | null | undefined,
  at: string,
): void {
  for (const [index, id] of (ids ?? []).entries()) {
    const taxId = account.need(account.state.taxIds, id, `${at}[${index}]`)
    if (taxId.customer !== null) throw noSuch('tax_id', id, `${at}[${index}]`)
  }
}

/** The numbers by which a test decides (docs.stripe.com/billing/customer/tax-ids#validation); others are verified. */
export function verifyTaxId(account: Account, taxId: TaxId): void {
  const digits = taxId.value.replaceAll(/\D/g, '')
  if (digits === '222222222') return
  const isVerified = digits !== '111111111'
  account.change(
    taxId,
    {
      verification: {
        status: isVerified ? 'verified' : 'unverified',
        verified_address: isVerified ? '123 TEST STREET' : null,
        verified_name: isVerified ? 'TEST' : null,
      },
    },
    taxId.customer === null ? undefined : 'customer.tax_id.updated',
  )
}

function countryOf(type: string): string | null {
  const [prefix = ''] = type.split('_')
  return prefix === 'eu' ? null : prefix.toUpperCase()
}
