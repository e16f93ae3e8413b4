import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { pageOf, pageParams } from '../pagination.ts'
import { hash, required, text } from '../params.ts'
import type { ProductFeatureLink } from '../state.ts'
import type { ProductFeature } from '../wire.ts'

/** `POST /v1/products/:id/features` */
export const create = endpoint(
  hash({ entitlement_feature: required(text()) }),
  (account, params, product) => {
    account.need(account.state.products, product)
    const feature = account.need(account.state.features, params.entitlement_feature, 'entitlement_feature')
    if (!feature.active) throw refused('An archived feature cannot be attached.', 'entitlement_feature')
    if (linksOf(account, product).some((link) => link.feature === feature.id)) {
      throw refused('The feature is attached to this product already.', 'entitlement_feature')
    }
    return shown(
      account,
      account.state.productFeatures.add({ id: newId.productFeature(), product, feature: feature.id }),
    )
  },
)

/** `GET /v1/products/:id/features/:id` */
export const retrieve = endpoint(hash({}), (account, _, product, id) =>
  shown(account, linkOf(account, product, id)),
)

/** `DELETE /v1/products/:id/features/:id` */
export const remove = endpoint(hash({}), (account, _, product, id) => {
  account.state.productFeatures.delete(linkOf(account, product, id).id)
  return { id, object: 'product_feature', deleted: true }
})

/** `GET /v1/products/:id/features` */
export const list = endpoint(hash(pageParams), (account, params, product) => {
  account.need(account.state.products, product)
  const links = linksOf(account, product).map((link) => shown(account, link))
  return pageOf(links.reverse(), params, `/v1/products/${product}/features`)
})

function linksOf(account: Account, product: string): ProductFeatureLink[] {
  return [...account.state.productFeatures.values()].filter((link) => link.product === product)
}

function linkOf(account: Account, product: string, id: string): ProductFeatureLink {
  const link = account.state.productFeatures.get(id)
  if (link?.product !== product) throw noSuch('product feature', id)
  return link
}

function shown(account: Account, link: ProductFeatureLink): ProductFeature {
  return {
    id: link.id,
    object: 'product_feature',
    entitlement_feature: account.need(account.state.features, link.feature),
    livemode: false,
  }
}
