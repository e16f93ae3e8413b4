import type { Context } from 'hono'
import { html } from 'hono/html'
import { badge, facts, idLink, json, section, table, time } from '../elements.ts'
import { hrefOf } from '../links.ts'
import { priceText } from '../prices.ts'
import { type Dashboard, notFound, paged, show } from './frame.ts'

/** `GET /dashboard/products` */
export function productsPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { state } = account
  const { rows, pager } = paged(context, state.products.newestFirst())
  const pricesOf = (product: string) => [...state.prices.values()].filter((each) => each.product === product)
  return show(dashboard, context, {
    section: 'products',
    title: 'Products',
    body: html`<h1>Products</h1>
      ${table({
        caption: 'Products, newest first',
        columns: ['Product', 'Prices', 'State', 'Id'],
        rows: rows.map((product) => [
          html`<a href="${hrefOf(product.id)}">${product.name}</a>`,
          pricesOf(product.id)
            .map((price) => priceText(account, price))
            .join(', '),
          product.active ? badge('active') : badge('archived'),
          html`<code>${product.id}</code>`,
        ]),
        empty: 'No product yet. Fill the sandbox from the catalogue under State.',
      })}
      ${pager}`,
  })
}

/** `GET /dashboard/products/:id`: the product and its prices. */
export function productPage(dashboard: Dashboard, context: Context): Promise<Response> {
  const { account } = dashboard.core
  const { state } = account
  const product = state.products.get(context.req.param('id') ?? '')
  if (product === undefined) return notFound(dashboard, context, 'products')
  const prices = state.prices.newestFirst().filter((each) => each.product === product.id)
  return show(dashboard, context, {
    section: 'products',
    title: product.name,
    body: html`<h1>${product.name}</h1>
      ${facts([
        ['Id', html`<code>${product.id}</code>`],
        ['Description', product.description],
        ['Made', time(product.created)],
      ])}
      ${section(
        'prices',
        'Prices',
        table({
          caption: 'Prices of this product',
          columns: ['Price', 'Lookup key', 'Amount', 'State'],
          rows: prices.map((price) => [
            idLink(price.id),
            html`<code>${price.lookup_key ?? ''}</code>`,
            priceText(account, price),
            price.active ? badge('active') : badge('archived'),
          ]),
          empty: 'None.',
        }),
      )}
      ${section('object', 'The object', json(product))}`,
  })
}
