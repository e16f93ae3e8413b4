import Link from 'next/link'
import { buttonClasses } from '#src/shared/ui/button-classes.ts'
import { Logo } from '#src/shared/ui/Logo.tsx'
import { ThemeSwitch } from '#src/shared/ui/ThemeSwitch.tsx'
import { signOut } from './actions/session.ts'
import { rememberTheme } from './actions/theme.ts'
import { InsightsLink } from './InsightsLink.tsx'
import { NavLink } from './NavLink.tsx'
import { SignInLink } from './SignInLink.tsx'

interface SiteHeaderProps {
  readonly isSignedIn: boolean
}

/** The name, the ways, the lights, and the door. On a phone the ways have a row of their own. */
export function SiteHeader({ isSignedIn }: SiteHeaderProps) {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex w-full max-w-page flex-wrap items-center gap-x-2 px-4 sm:flex-nowrap sm:px-6">
        <Link
          href="/"
          prefetch={false}
          className="mr-auto inline-flex min-h-target items-center gap-2 py-2 text-lg font-semibold sm:mr-4"
        >
          <Logo />
          Tollgate
        </Link>
        <nav
          aria-label="Main"
          className="order-last -mx-2 flex basis-full gap-1 sm:order-none sm:mx-0 sm:mr-auto sm:basis-auto"
        >
          <NavLink href="/pricing">Pricing</NavLink>
          <InsightsLink />
          <NavLink href="/account/billing">Account</NavLink>
        </nav>
        <ThemeSwitch action={rememberTheme} />
        {isSignedIn ? (
          <form action={signOut}>
            <button type="submit" className={buttonClasses('quiet')}>
              Sign out
            </button>
          </form>
        ) : (
          <SignInLink />
        )}
      </div>
    </header>
  )
}
