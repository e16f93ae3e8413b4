import type { VersionStep } from '../step.ts'

/** The names of Checkout's `ui_mode` before 2026-03-25.dahlia, by those since. */
export const OLD_UI_MODES: Readonly<Record<string, string>> = {
  hosted_page: 'hosted',
  embedded_page: 'embedded',
  elements: 'custom',
}

/** `ui_mode` of a Checkout session got new names: docs.stripe.com/changelog/dahlia. */
export const dahlia: VersionStep = {
  version: '2026-03-25.dahlia',
  before: {
    'checkout.session': (session) => ({
      ...session,
      ui_mode: OLD_UI_MODES[String(session.ui_mode)] ?? session.ui_mode,
    }),
  },
}
