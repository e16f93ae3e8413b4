import { formatMoney } from '#src/shared/ui/format-money.ts'
import { type SampleMonth, sampleMonths } from './sample-data.ts'

/** Top of the scale, and its steps, in cents. */
const SCALE_MAX = 4_000_000
const SCALE = [4_000_000, 3_000_000, 2_000_000, 1_000_000, 0]

const points = sampleMonths.map(({ revenue }, index) => ({
  x: (index * 100) / (sampleMonths.length - 1),
  y: 100 - (revenue * 100) / SCALE_MAX,
}))
const line = `M${points.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join(' L')}`
const last = points.at(-1) ?? { x: 100, y: 0 }

/** Revenue by month, with its numbers as a table for who cannot see the line. */
export function RevenueChart() {
  return (
    <div>
      <div aria-hidden="true" className="flex gap-2">
        <div className="figures -my-2 flex flex-col justify-between text-right text-xs text-muted">
          {SCALE.map((amount) => (
            <span key={amount}>{amount === 0 ? '€0' : `€${amount / 100_000}k`}</span>
          ))}
        </div>
        <div className="min-w-0 flex-1">
          <svg
            aria-hidden="true"
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            className="block h-chart w-full overflow-visible"
          >
            <g className="stroke-line" strokeWidth="1">
              {[0, 25, 50, 75, 100].map((y) => (
                <path key={y} d={`M0 ${y} H100`} vectorEffect="non-scaling-stroke" />
              ))}
            </g>
            <path d={`${line} L100 100 L0 100 Z`} className="fill-accent" opacity="0.12" />
            <path
              d={line}
              fill="none"
              strokeWidth="2.5"
              strokeLinecap="round"
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
              className="stroke-accent"
            />
            <path
              d={`M${last.x} ${last.y} h0`}
              strokeWidth="10"
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
              className="stroke-accent"
            />
          </svg>
        </div>
      </div>
      <div aria-hidden="true" className="mt-2 flex justify-between pl-8 text-xs text-muted">
        {sampleMonths.map(({ month }) => (
          <span key={month}>
            {month.slice(0, 1)}
            <span className="max-sm:hidden">{month.slice(1)}</span>
          </span>
        ))}
      </div>
      <MonthTable
        caption="Revenue by month"
        heading="Revenue"
        cell={({ revenue }) => formatMoney(revenue, 'eur')}
      />
    </div>
  )
}

interface MonthTableProps {
  readonly caption: string
  readonly heading: string
  readonly cell: (month: SampleMonth) => string
}

/** The months of a chart as a table for screen readers. */
export function MonthTable({ caption, heading, cell }: MonthTableProps) {
  return (
    <table className="sr-only">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Month</th>
          <th scope="col">{heading}</th>
        </tr>
      </thead>
      <tbody>
        {sampleMonths.map((month) => (
          <tr key={month.month}>
            <th scope="row">{month.month}</th>
            <td>{cell(month)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
