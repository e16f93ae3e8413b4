import { classNames } from '#src/shared/ui/class-names.ts'
import { sampleFigures } from './sample-data.ts'

/** Four figures and how they changed. */
export function KeyFigures() {
  return (
    <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {sampleFigures.map(({ label, value, change, isGood }) => (
        <div
          key={label}
          className="flex flex-col gap-1 rounded-card border border-line bg-surface p-3 sm:p-4"
        >
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="figures text-xl font-semibold tracking-tight sm:text-2xl">{value}</dd>
          <dd className={classNames('figures text-sm font-semibold', isGood ? 'text-good' : 'text-warning')}>
            {change}
            <span className="font-normal text-muted"> since November</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
