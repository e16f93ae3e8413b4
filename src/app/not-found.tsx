import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { Page } from '#src/shared/ui/Page.tsx'

/** What is not there, and what is not yours: the page does not say which. */
export default function NotFound() {
  return (
    <Page width="measure">
      <div className="flex flex-col items-start gap-6">
        <div className="flex flex-col gap-2">
          <h1 className="text-2xl font-semibold">Not found</h1>
          <p className="text-lg text-muted">There is nothing here, or nothing for you to see.</p>
        </div>
        <ButtonLink href="/" look="secondary">
          Go to the first page
        </ButtonLink>
      </div>
    </Page>
  )
}
