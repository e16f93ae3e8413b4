import type { Theme } from '#src/shared/ui/theme.ts'
import { rememberTheme } from './actions/theme.ts'

interface SiteFooterProps {
  readonly theme: Theme
}

/** The end of every page, and the way back to the device's own colours once others were chosen. */
export function SiteFooter({ theme }: SiteFooterProps) {
  return (
    <footer className="border-t border-line">
      <div className="mx-auto flex min-h-target w-full max-w-page flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-4 text-sm text-muted sm:px-6">
        <p>Tollgate. A payment becomes access, exactly once.</p>
        {theme === 'system' ? null : (
          <form action={rememberTheme}>
            <button
              type="submit"
              name="theme"
              value="system"
              className="min-h-target underline underline-offset-4 hover:text-ink"
            >
              Use the device’s colours
            </button>
          </form>
        )}
      </div>
    </footer>
  )
}
