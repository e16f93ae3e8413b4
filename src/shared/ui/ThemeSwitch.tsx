'use client'

import { Moon, Sun } from 'lucide-react'
import type { MouseEvent } from 'react'
import { parseTheme, THEME_COOKIE, THEME_MAX_AGE_S } from './theme.ts'

const BUTTON =
  'inline-flex size-target items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink'

interface ThemeSwitchProps {
  /** The server action that remembers the field `theme`; what a browser without JavaScript uses. */
  readonly action: (form: FormData) => Promise<void>
}

/**
 * Turns the lights on or off. Two buttons of which the style sheet shows the one that applies, because only it knows
 * what the device prefers.
 */
export function ThemeSwitch({ action }: ThemeSwitchProps) {
  const switchHere = (event: MouseEvent<HTMLButtonElement>) => {
    event.preventDefault()
    const theme = parseTheme(event.currentTarget.value)
    document.documentElement.dataset.theme = theme
    const secure = window.location.protocol === 'https:' ? '; Secure' : ''
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and this must not wait
    document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${THEME_MAX_AGE_S}; SameSite=Lax${secure}`
  }
  return (
    <form action={action}>
      <button
        type="submit"
        name="theme"
        value="dark"
        onClick={switchHere}
        className={`${BUTTON} dark:hidden`}
      >
        <Moon aria-hidden className="size-icon" />
        <span className="sr-only">Switch to dark colours</span>
      </button>
      <button
        type="submit"
        name="theme"
        value="light"
        onClick={switchHere}
        className={`${BUTTON} light:hidden`}
      >
        <Sun aria-hidden className="size-icon" />
        <span className="sr-only">Switch to light colours</span>
      </button>
    </form>
  )
}
