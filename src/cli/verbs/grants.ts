import { userInfo } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { confirm } from '../confirm.ts'
import { CommandError, ExitCode } from '../exit-code.ts'
import { type GivenInstant, parseInstantAhead, printInstant } from '../instant.ts'
import type { RunCommand } from '../session.ts'

interface GrantOptions {
  readonly until?: GivenInstant
  readonly forever?: true
  readonly quantity: number
  readonly reason: string
  readonly operator: string
  readonly id?: string
  readonly yes?: true
}

/** `grant <user> <plan>`: access by hand, with its reason and its end. */
export function addGrant(program: Command, run: RunCommand): void {
  program
    .command('grant')
    .argument('<user>', "the user's id")
    .argument('<plan>', 'a plan of the catalogue')
    .description('give access by hand; it survives every cancellation')
    .option('--until <instant>', 'its end: 2026-12-31, or 24h, 30d from now', parseInstantAhead)
    .option('--forever', 'it has no end')
    .option('--quantity <n>', 'seats', parseQuantity, 1)
    .requiredOption('--reason <text>', 'why; kept in the audit')
    .option('--operator <name>', 'who does it; kept in the audit', userInfo().username)
    .option('--id <uuid>', 'of the grant: the same one again makes no second grant')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Example:
  npm run tollgate -- grant 3f0c8a52-7d5e-4c7e-9a57-0f3a1be0a001 pro --until 30d --reason "outage of 24 November"`,
    )
    .action((userId: string, plan: string, options: GrantOptions) =>
      run(async (session) => {
        const { billing, terminal } = session
        const { until, forever, quantity, reason, operator, id } = options
        if ((until === undefined) === (forever === undefined)) {
          throw new CommandError(ExitCode.usage, 'Give --until or --forever.')
        }
        const expiresAt = until?.(billing.clock.now()) ?? null
        const end = expiresAt === null ? 'for good' : `until ${printInstant(expiresAt)}`
        await confirm(session, `Granting ${plan} to ${userId} ${end}`, { yes: options.yes === true })
        const answer = await billing.grantEntitlement.execute({
          userId,
          plan,
          quantity,
          expiresAt,
          operator,
          reason,
          ...(id !== undefined && { grantId: id }),
        })
        if (!('sourceId' in answer)) throw new CommandError(ExitCode.found, REFUSALS[answer.outcome])
        const { outcome, sourceId } = answer
        const text = outcome === 'granted' ? `Granted ${plan} ${end}` : 'This grant was made before'
        terminal.print({ outcome, sourceId, userId, plan, expiresAt }, `${text}: ${sourceId}.`)
        return ExitCode.ok
      }),
    )
}

const REFUSALS = {
  unknown_user: 'There is no such user.',
  unknown_plan: 'The catalogue has no such plan.',
  unknown_version: 'The plan has no such version.',
  ends_in_the_past: 'Its end is in the past.',
} as const

interface RevokeOptions {
  readonly reason: string
  readonly operator: string
  readonly yes?: true
}

/** `revoke <grant>`: ends a grant by hand. What Stripe's objects grant ends at Stripe. */
export function addRevoke(program: Command, run: RunCommand): void {
  program
    .command('revoke')
    .argument('<grant>', 'the source of a grant by hand, grant_…')
    .description('end access that was given by hand')
    .requiredOption('--reason <text>', 'why; kept in the audit')
    .option('--operator <name>', 'who does it; kept in the audit', userInfo().username)
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Example:
  npm run tollgate -- revoke grant_7b0e8d0e-2f5c-4c36-9a3c-5a2f1be0a002 --reason "given twice"`,
    )
    .action((sourceId: string, { reason, operator, yes }: RevokeOptions) =>
      run(async (session) => {
        await confirm(session, `Revoking ${sourceId}`, { yes: yes === true })
        const { outcome } = await session.billing.revokeEntitlement.execute({ sourceId, operator, reason })
        if (outcome === 'not_found') {
          throw new CommandError(
            ExitCode.found,
            `There is no grant by hand ${sourceId}. A subscription or a payment is ended at Stripe.`,
          )
        }
        const text = outcome === 'revoked' ? 'Revoked' : 'It had been revoked before'
        session.terminal.print({ outcome, sourceId }, `${text}: ${sourceId}.`)
        return ExitCode.ok
      }),
    )
}

function parseQuantity(text: string): number {
  const quantity = Number(text)
  if (!Number.isInteger(quantity) || quantity < 1) throw new InvalidArgumentError('give a number from 1.')
  return quantity
}
