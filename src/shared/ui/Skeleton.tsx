import { classNames } from './class-names.ts'

interface SkeletonProps {
  /** Width and height, as classes. */
  readonly className: string
}

/** The place of something that is on its way. */
export function Skeleton({ className }: SkeletonProps) {
  return <div aria-hidden className={classNames('animate-pulse rounded-control bg-sunken', className)} />
}
