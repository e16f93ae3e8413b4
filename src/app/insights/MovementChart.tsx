import { MonthTable } from './RevenueChart.tsx'
import { sampleMonths } from './sample-data.ts'

/** The zero line and the tallest bar, in units of the drawing. */
const ZERO = 80
const TALLEST = Math.max(...sampleMonths.map(({ won }) => won))
const scale = (customers: number) => (customers * 76) / TALLEST
const STEP = 100 / sampleMonths.length
const BAR = STEP * 0.62

/** Customers won, upwards, and lost, downwards, by month. */
export function MovementChart() {
  return (
    <div>
      <ul aria-hidden="true" className="mb-3 flex flex-wrap gap-4 text-sm text-muted">
        <li className="flex items-center gap-2">
          <span className="size-3 rounded-full bg-accent" /> Won
        </li>
        <li className="flex items-center gap-2">
          <span className="size-3 rounded-full bg-line-strong" /> Lost
        </li>
      </ul>
      <svg
        aria-hidden="true"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        className="block h-chart w-full overflow-visible"
      >
        {sampleMonths.map(({ month, won, lost }, index) => (
          <g key={month}>
            <rect
              x={index * STEP + (STEP - BAR) / 2}
              y={ZERO - scale(won)}
              width={BAR}
              height={scale(won)}
              className="fill-accent"
            />
            <rect
              x={index * STEP + (STEP - BAR) / 2}
              y={ZERO + 1}
              width={BAR}
              height={scale(lost)}
              className="fill-line-strong"
            />
          </g>
        ))}
      </svg>
      <div aria-hidden="true" className="mt-2 flex text-center text-xs text-muted">
        {sampleMonths.map(({ month }) => (
          <span key={month} className="flex-1">
            {month.slice(0, 1)}
          </span>
        ))}
      </div>
      <MonthTable
        caption="Customers won and lost by month"
        heading="Won and lost"
        cell={({ won, lost }) => `${won} won, ${lost} lost`}
      />
    </div>
  )
}
