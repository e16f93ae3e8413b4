import { CloudOff } from 'lucide-react'
import { ButtonLink } from './ButtonLink.tsx'

interface OutageProps {
  /** Whether it stands in place of a whole page, so that its title is the page's. */
  readonly wholePage?: true
  /** What could not be done, as a sentence without its full stop. */
  readonly what: string
  /** What is safe all the same. */
  readonly safe: string
  /** The page to try again. */
  readonly retryHref: string
}

/** In place of content that a service did not give: what failed, what is safe, what to do. */
export function Outage({ wholePage, what, safe, retryHref }: OutageProps) {
  const Title = wholePage ? 'h1' : 'h2'
  return (
    <section
      role="alert"
      className="flex flex-col items-start gap-4 rounded-card border border-line bg-surface p-6 sm:p-8"
    >
      <CloudOff aria-hidden className="size-icon text-muted" />
      <Title className="text-xl font-semibold">{what}</Title>
      <p className="max-w-measure text-muted">{safe} Please try again in a moment.</p>
      <ButtonLink href={retryHref} look="secondary">
        Try again
      </ButtonLink>
    </section>
  )
}
