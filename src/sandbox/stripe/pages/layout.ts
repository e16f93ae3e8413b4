import { html } from 'hono/html'
import type { Account } from '../account.ts'
import { moment } from './format.ts'

/** A piece of a page, already escaped. */
export type Html = ReturnType<typeof html>

/** The frame of every page: the banner that says that this is not real, and the sandbox's clock. */
export function layout(account: Account, title: string, body: Html): Html {
  const ahead = account.clock.offsetMs > 0
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${title}</title>
    <link rel="stylesheet" href="/assets/sandbox.css" />
    <link rel="icon" href="data:," />
  </head>
  <body>
    <header class="banner">
      <a class="banner-name" href="/">Sandbox: no money moves</a>
      <span class="banner-clock">
        <time datetime="${new Date(account.clock.nowMs).toISOString()}">${moment(account.now)}</time>
        ${ahead ? html`<span class="badge">clock moved</span>` : ''}
      </span>
    </header>
    ${body}
  </body>
</html>`
}

/** A page with one message and at most one way on. */
export function messagePage(
  account: Account,
  message: { title: string; text: string; link?: { href: string; label: string } | null },
): Html {
  return layout(
    account,
    message.title,
    html`<main class="narrow">
      <h1>${message.title}</h1>
      <p class="muted">${message.text}</p>
      ${message.link ? html`<p><a class="button" href="${message.link.href}">${message.link.label}</a></p>` : ''}
    </main>`,
  )
}
