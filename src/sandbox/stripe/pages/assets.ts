import { readFileSync } from 'node:fs'
import { Hono } from 'hono'

const read = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')

/** In the order in which they are sent, as one stylesheet. */
const STYLES = ['tokens', 'base', 'controls', 'data', 'dashboard', 'timeline', 'checkout', 'portal']

const ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  'sandbox.css': {
    type: 'text/css; charset=utf-8',
    text: STYLES.map((name) => read(`${name}.css`)).join('\n'),
  },
  'sandbox.js': { type: 'text/javascript; charset=utf-8', text: read('sandbox.js') },
  'icon.svg': { type: 'image/svg+xml', text: read('icon.svg') },
}

/** The stylesheet, the script and the icon of the pages, under `/assets`. */
export function assetRoutes(): Hono {
  const app = new Hono()
  app.get('/:name', (context) => {
    const asset = ASSETS[context.req.param('name')]
    if (asset === undefined) return context.notFound()
    context.header('Content-Type', asset.type)
    return context.body(asset.text)
  })
  return app
}
