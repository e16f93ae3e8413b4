import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { Product } from '../wire.ts'

/** A new product, with its event. */
export function createProduct(account: Account, given: Partial<Product> & { name: string }): Product {
  const product: Product = {
    id: newId.product(),
    object: 'product',
    active: true,
    created: account.now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: account.now,
    url: null,
    ...given,
  }
  account.state.products.add(product)
  account.emit('product.created', product)
  return product
}
