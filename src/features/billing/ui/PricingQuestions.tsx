import { ChevronDown } from 'lucide-react'

const QUESTIONS = [
  {
    question: 'Can I cancel?',
    answer:
      'At any time, under Account. You keep what you have paid for until the end of the month or year, and nothing renews after it.',
  },
  {
    question: 'Who gets a trial?',
    answer:
      'Everybody, once: with their first subscription, and with a card that has had no trial. Otherwise the plan is paid from its first day.',
  },
  {
    question: 'Does the price include tax?',
    answer: 'The checkout shows the whole amount, with any tax on a line of its own, before you pay.',
  },
  {
    question: 'Can I have my money back?',
    answer:
      'Write to us within 14 days of a payment and we refund all of it. What it opened closes when the refund is made.',
  },
]

/** What people ask before they pay. */
export function PricingQuestions() {
  return (
    <div className="divide-y divide-line border-y border-line">
      {QUESTIONS.map(({ question, answer }) => (
        <details key={question} className="group">
          <summary className="flex min-h-target list-none items-center justify-between gap-4 py-3 text-lg font-semibold">
            {question}
            <ChevronDown
              aria-hidden
              className="size-icon shrink-0 text-muted transition-transform group-open:rotate-180"
            />
          </summary>
          <p className="max-w-measure pb-4 text-muted">{answer}</p>
        </details>
      ))}
    </div>
  )
}
