import type { Command } from 'commander'
import type { CatalogueStep } from '#src/features/billing/domain/catalogue/catalogue-steps.ts'
import { confirm } from '../confirm.ts'
import { ExitCode } from '../exit-code.ts'
import type { RunCommand } from '../session.ts'

/** `catalogue diff|push`: products, prices and the portal's configuration at Stripe, as the catalogue says. */
export function addCatalogue(program: Command, run: RunCommand): void {
  const catalogue = program
    .command('catalogue')
    .description('compare Stripe with the catalogue, and make there what is missing')
  catalogue
    .command('diff')
    .description('print what a push would do')
    .addHelpText('after', '\nExit code 1: Stripe is not as the catalogue says.')
    .action(() =>
      run(async ({ billing, terminal }) => {
        const steps = await billing.operations.pushCatalogue.diff()
        terminal.print(steps, steps.length === 0 ? AGREES : describe(steps))
        return steps.length === 0 ? ExitCode.ok : ExitCode.found
      }),
    )
  catalogue
    .command('push')
    .description('make it so; a price is never edited: another takes its lookup key')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  npm run tollgate -- catalogue diff
  npm run tollgate -- catalogue push --yes`,
    )
    .action(({ yes }: { readonly yes?: true }) =>
      run(async (session) => {
        const { billing, terminal } = session
        const steps = await billing.operations.pushCatalogue.diff()
        if (steps.length > 0) {
          if (!terminal.json) terminal.note(describe(steps))
          await confirm(session, 'Doing this at Stripe', { yes: yes === true })
        }
        const done = await billing.operations.pushCatalogue.push()
        terminal.print(done, done.length === 0 ? AGREES : `${done.length} steps done.`)
        return ExitCode.ok
      }),
    )
}

const AGREES = 'Stripe has the whole catalogue.'

function describe(steps: readonly CatalogueStep[]): string {
  return steps.map(describeStep).join('\n')
}

/** One step in one line. */
export function describeStep(step: CatalogueStep): string {
  switch (step.do) {
    case 'create_product':
      return `+ product  ${step.plan}: ${step.name}`
    case 'update_product':
      return `~ product  ${step.plan}: ${step.name}, ${step.description} (${step.productId})`
    case 'create_price': {
      const { lookupKey, unitAmount, interval } = step.price
      const amount = `${unitAmount} ${step.currency}${interval === null ? '' : ` a ${interval}`}`
      const replaces = step.replaces === null ? '' : `, takes the key from ${step.replaces}`
      return `+ price    ${lookupKey}: ${amount} (${step.why}${replaces})`
    }
    case 'activate_price':
      return `~ price    ${step.lookupKey}: active again (${step.priceId})`
    case 'create_portal':
      return `+ portal   offers ${step.offers.join(', ')}`
    case 'update_portal':
      return `~ portal   offers ${step.offers.join(', ')} (${step.configurationId})`
  }
}
