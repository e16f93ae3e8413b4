'use client'

import './globals.css'
import ErrorPage from './error.tsx'

interface GlobalErrorProps {
  readonly error: Error & { readonly digest?: string }
  readonly reset: () => void
}

/** The same for an error in the frame itself. */
export default function GlobalError(props: GlobalErrorProps) {
  return (
    <html lang="en">
      <body>
        <title>This page did not work · Tollgate</title>
        <main>
          <ErrorPage {...props} />
        </main>
      </body>
    </html>
  )
}
