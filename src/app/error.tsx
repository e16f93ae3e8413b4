'use client'

import { buttonClasses } from '#src/shared/ui/button-classes.ts'
import { Page } from '#src/shared/ui/Page.tsx'

interface ErrorPageProps {
  readonly error: Error & { readonly digest?: string }
  readonly reset: () => void
}

/** Something broke that nobody foresaw. The digest finds it in the logs. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <Page width="measure">
      <div role="alert" className="flex flex-col items-start gap-6">
        <div className="flex flex-col gap-2">
          <h1 className="text-2xl font-semibold">This page did not work</h1>
          <p className="text-lg text-muted">
            It is our fault. Your plan and your payments are as they were. Try again; if it stays like this,
            tell us the number below.
          </p>
        </div>
        <button type="button" onClick={reset} className={buttonClasses('primary')}>
          Try again
        </button>
        {error.digest ? <p className="font-mono text-sm text-muted">{error.digest}</p> : null}
      </div>
    </Page>
  )
}
