import { Skeleton } from '#src/shared/ui/Skeleton.tsx'

/** The shape of the billing page while it is on its way. */
export function BillingSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-8">
      <span className="sr-only">Reading your billing</span>
      <Skeleton className="h-8 w-1/3" />
      <Skeleton className="h-chart w-full" />
      <div className="grid gap-2 sm:grid-cols-3 sm:gap-4">
        <Skeleton className="h-18" />
        <Skeleton className="h-18" />
        <Skeleton className="h-18" />
      </div>
      <Skeleton className="h-8 w-1/4" />
      <Skeleton className="h-chart w-full" />
    </div>
  )
}
