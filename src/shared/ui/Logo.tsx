/** The mark: a gate whose bar is up. Decorative; the name stands beside it. */
export function Logo() {
  return (
    <svg aria-hidden="true" viewBox="0 0 28 28" className="size-icon">
      <rect width="28" height="28" rx="7" className="fill-accent" />
      <path d="M8 22V12" strokeWidth="3.2" strokeLinecap="round" className="stroke-on-accent" />
      <path d="M8 14 20.5 6.8" strokeWidth="3.2" strokeLinecap="round" className="stroke-on-accent" />
      <circle cx="20.5" cy="21.2" r="1.9" className="fill-on-accent" />
    </svg>
  )
}
