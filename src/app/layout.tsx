import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { EntitlementsProvider } from '#src/features/billing/ui/EntitlementsProvider.tsx'
import { currentUser } from '#src/infrastructure/auth/current-user.ts'
import { RefreshOnReturn } from '#src/shared/ui/RefreshOnReturn.tsx'
import { parseTheme, THEME_COOKIE } from '#src/shared/ui/theme.ts'
import { checkoutOfThisPage } from './confirm-checkout.ts'
import { getEntitlements } from './entitlements.ts'
import './globals.css'
import { OUTAGE, orOutage } from './outage.ts'
import { SiteFooter } from './SiteFooter.tsx'
import { SiteHeader } from './SiteHeader.tsx'

export const metadata: Metadata = {
  title: { default: 'Tollgate', template: '%s · Tollgate' },
  description: 'A payment becomes access, exactly once.',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
}

interface RootLayoutProps {
  readonly children: ReactNode
}

/** The frame of every page. An outage of auth or of the check does not take the frame down: it shows less. */
export default async function RootLayout({ children }: RootLayoutProps) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  // Whether it failed is the page's to say.
  await Promise.allSettled([checkoutOfThisPage()])
  const [user, entitlements] = await Promise.all([orOutage(currentUser()), orOutage(getEntitlements())])
  const features = entitlements === OUTAGE ? null : (entitlements?.features ?? [])
  return (
    <html lang="en" data-theme={theme} suppressHydrationWarning>
      <body className="flex flex-col">
        <a
          href="#content"
          className="sr-only z-10 rounded-control bg-accent px-4 py-2 font-semibold text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
          Skip to the content
        </a>
        <EntitlementsProvider initial={features}>
          <SiteHeader isSignedIn={user !== null && user !== OUTAGE} />
          <main id="content" tabIndex={-1} className="flex flex-1 flex-col outline-none">
            {children}
          </main>
          <SiteFooter theme={theme} />
        </EntitlementsProvider>
        <RefreshOnReturn />
      </body>
    </html>
  )
}
