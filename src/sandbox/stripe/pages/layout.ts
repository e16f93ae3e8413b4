import { html } from 'hono/html'
import type { Account } from '../account.ts'
import type { Html } from './elements.ts'
import { moment } from './format.ts'
import type { Notice } from './notices.ts'

/** What the frame of a page needs to know of the request. */
export interface Frame {
  /** The path and query that was asked for: a form of the frame leads back to it. */
  path: string
  notice: Notice | null
}

/**
 * The frame of every page: the banner that says that this is not real, and the sandbox's clock with the way to the next
 * renewal. `frame` is null for a page that answers a form, where going back would send it again.
 */
export function layout(account: Account, title: string, body: Html, frame: Frame | null = null): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${title}</title>
    <link rel="stylesheet" href="/assets/sandbox.css" />
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    <script src="/assets/sandbox.js" defer></script>
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    ${banner(account, frame)}
    ${frame?.notice ? html`<p class="notice ${frame.notice.kind}" role="status">${frame.notice.text}</p>` : ''}
    ${body}
  </body>
</html>`
}

function banner(account: Account, frame: Frame | null): Html {
  const ahead = account.clock.offsetMs > 0
  return html`<header class="banner">
    <a class="banner-name" href="/">Sandbox: no money moves</a>
    <div class="banner-clock">
      <span>
        <span class="hidden">The sandbox's time:</span>
        <time datetime="${new Date(account.clock.nowMs).toISOString()}">${moment(account.now)}</time>
      </span>
      ${ahead ? html`<span class="badge">clock moved</span>` : ''}
      <form method="post" action="/clock">
        <input type="hidden" name="return_to" value="${frame?.path ?? '/'}" />
        <button name="by" value="renewal">Advance to next renewal</button>
      </form>
    </div>
  </header>`
}

/** A page with one message and at most one way on. */
export function messagePage(
  account: Account,
  message: { title: string; text: string; link?: { href: string; label: string } | null },
): Html {
  return layout(
    account,
    message.title,
    html`<main class="narrow" id="content">
      <h1>${message.title}</h1>
      <p class="muted">${message.text}</p>
      ${message.link ? html`<p><a class="button" href="${message.link.href}">${message.link.label}</a></p>` : ''}
    </main>`,
  )
}
