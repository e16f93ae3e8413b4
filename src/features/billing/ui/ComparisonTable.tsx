import { Check, Minus } from 'lucide-react'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { type OfferKey, type OfferLine, offerLines, subscriptionPlans } from './offer.ts'

const columns: readonly OfferKey[] = ['free', ...subscriptionPlans]

/** Every feature and limit against every plan that renews. */
export function ComparisonTable() {
  const offers = columns.map((key) => ({
    key,
    name: key === 'free' ? catalogue.free.name : planOf(key).name,
    lines: new Map(offerLines(key).map((line) => [line.key, line])),
  }))
  return (
    <table className="w-full table-fixed border-collapse text-left">
      <caption className="sr-only">What each plan includes</caption>
      <thead>
        <tr className="border-b border-line-strong">
          <th scope="col" className="w-1/3 py-3 pr-2 text-sm sm:w-2/5 font-semibold text-muted">
            Feature
          </th>
          {offers.map(({ key, name }) => (
            <th key={key} scope="col" className="px-1 py-3 text-center font-semibold">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {offerLines('free').map(({ key, name }) => (
          <tr key={key} className="border-b border-line">
            <th scope="row" className="py-3 pr-2 font-normal">
              {name}
            </th>
            {offers.map((offer) => (
              <td key={offer.key} className="px-px py-3 text-center text-xs sm:text-sm">
                <Cell line={offer.lines.get(key)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell({ line }: { readonly line: OfferLine | undefined }) {
  if (line?.figure) return <span className="figures font-semibold">{line.figure}</span>
  const Icon = line?.included ? Check : Minus
  return (
    <>
      <Icon aria-hidden className={`mx-auto size-icon ${line?.included ? 'text-good' : 'text-muted'}`} />
      <span className="sr-only">{line?.included ? 'Included' : 'Not included'}</span>
    </>
  )
}
