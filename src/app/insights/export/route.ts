import { requireEntitlement } from '../../entitlements.ts'
import { sampleMonths } from '../sample-data.ts'

/** The months of the Insights page as a file, for who may export. Amounts in cents. */
export async function GET(): Promise<Response> {
  await requireEntitlement('export', '/insights')
  const rows = sampleMonths.map(({ month, revenue, won, lost }) => [month, revenue, won, lost].join(','))
  return new Response(['month,revenue_cents,won,lost', ...rows, ''].join('\r\n'), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="insights.csv"',
      'Cache-Control': 'private, no-store',
    },
  })
}
