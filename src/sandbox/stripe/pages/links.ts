/** Where the dashboard shows objects of each kind, by the prefix of their ids. */
const SECTIONS: Readonly<Record<string, string>> = {
  ch: 'payments',
  cus: 'customers',
  evt: 'events',
  in: 'invoices',
  pi: 'payments',
  prod: 'products',
  py: 'payments',
  sub: 'subscriptions',
  we: 'webhooks',
}

/** The page of the object with this id. Kinds without a page of their own are shown as JSON. */
export function hrefOf(id: string): string {
  const section = SECTIONS[id.slice(0, id.indexOf('_'))] ?? 'objects'
  return `/dashboard/${section}/${encodeURIComponent(id)}`
}

/** A path of this sandbox that a form may send the browser back to; anything else becomes the front page. */
export function safePath(path: string): string {
  return /^\/(?![/\\])[\w\-/.?=&%#:]*$/.test(path) ? path : '/'
}
