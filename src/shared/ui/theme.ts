/** How a visitor wants the pages; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark'

/** The cookie that remembers it. Not a secret: scripts of ours write it too. */
export const THEME_COOKIE = 'tollgate-theme'

/** How long it is remembered, in seconds: 400 days, the longest that browsers keep a cookie. */
export const THEME_MAX_AGE_S = 34_560_000

/** Reads the cookie or a form field; anything unknown is `system`. */
export function parseTheme(value: unknown): Theme {
  return value === 'light' || value === 'dark' ? value : 'system'
}
