import { sampleCohorts } from './sample-data.ts'

const columns = sampleCohorts.map((_cohort, index) => index)

/** The better a cohort is kept, the deeper its colour; the number stands in each cell all the same. */
function shade(kept: number): string {
  if (kept >= 96) return 'bg-accent/40'
  if (kept >= 92) return 'bg-accent/30'
  if (kept >= 88) return 'bg-accent/20'
  return 'bg-accent/10'
}

/** How many of the customers of each month are still there, months later. */
export function CohortTable() {
  return (
    <table className="figures w-full table-fixed border-separate border-spacing-px text-center text-sm">
      <caption className="sr-only">Customers kept, in percent, by the month that they came in</caption>
      <thead>
        <tr className="text-muted">
          <th scope="col" className="w-14 py-2 text-left font-semibold sm:w-auto">
            Month
          </th>
          {columns.map((after) => (
            <th key={after} scope="col" className="py-2 font-semibold">
              <span aria-hidden="true">+{after}</span>
              <span className="sr-only">After {after} months</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sampleCohorts.map(({ month, kept }) => (
          <tr key={month}>
            <th scope="row" className="py-2 text-left font-semibold">
              {month}
            </th>
            {columns.map((after) => {
              const share = kept[after]
              return share === undefined ? (
                <td key={after}>
                  <span className="sr-only">not yet</span>
                </td>
              ) : (
                <td key={after} className={`rounded-control py-2 ${shade(share)}`}>
                  {share}
                  <span className="max-sm:hidden">%</span>
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
