import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { fits, page, pageParams } from '../pagination.ts'
import { flag, hash, required, text } from '../params.ts'
import type { Feature } from '../wire.ts'

/** `POST /v1/entitlements/features`. A lookup key is free again once its feature is archived. */
export const create = endpoint(
  hash({ lookup_key: required(text(80)), metadata: metadata(), name: required(text(80)) }),
  (account, params) => {
    for (const { active, lookup_key: taken } of account.state.features.values()) {
      if (active && taken === params.lookup_key) {
        throw refused(
          'A feature with that lookup key exists already.',
          'lookup_key',
          'resource_already_exists',
        )
      }
    }
    const feature: Feature = {
      id: newId.feature(),
      object: 'entitlements.feature',
      active: true,
      livemode: false,
      lookup_key: params.lookup_key,
      metadata: changedMetadata({}, params.metadata),
      name: params.name,
    }
    return account.state.features.add(feature)
  },
)

/** `GET /v1/entitlements/features/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.features, id))

/** `POST /v1/entitlements/features/:id`: archiving is for good. */
export const update = endpoint(
  hash({ active: flag(), metadata: metadata(), name: text(80) }),
  (account, params, id) => {
    const feature = account.need(account.state.features, id)
    if (params.active === true && !feature.active)
      throw refused('An archived feature stays archived.', 'active')
    account.change(feature, {
      active: params.active ?? feature.active,
      metadata: changedMetadata(feature.metadata, params.metadata),
      name: params.name ?? feature.name,
    })
    return feature
  },
)

/** `GET /v1/entitlements/features`: those in use, unless the archived ones are asked for. */
export const list = endpoint(
  hash({ ...pageParams, archived: flag(), lookup_key: text(80) }),
  (account, params) =>
    page(
      account,
      account.state.features,
      params,
      '/v1/entitlements/features',
      (feature) => feature.active === !(params.archived ?? false) && fits(feature, params, 'lookup_key'),
    ),
)
