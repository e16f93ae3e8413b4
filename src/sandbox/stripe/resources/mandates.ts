import { endpoint } from '../endpoint.ts'
import { hash } from '../params.ts'

/** `GET /v1/mandates/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.mandates, id))
