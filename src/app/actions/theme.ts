'use server'

import { cookies } from 'next/headers'
import { billing } from '#src/infrastructure/composition-root.ts'
import { parseTheme, THEME_COOKIE, THEME_MAX_AGE_S } from '#src/shared/ui/theme.ts'
import { requireOwnForm } from './own-form.ts'

/** Remembers the field `theme`: light, dark, or anything else for what the device prefers. */
export async function rememberTheme(form: FormData): Promise<void> {
  await requireOwnForm()
  const theme = parseTheme(form.get('theme'))
  const store = await cookies()
  if (theme === 'system') {
    store.delete(THEME_COOKIE)
    return
  }
  store.set(THEME_COOKIE, theme, {
    path: '/',
    maxAge: THEME_MAX_AGE_S,
    sameSite: 'lax',
    secure: new URL(billing().appUrl).protocol === 'https:',
  })
}
