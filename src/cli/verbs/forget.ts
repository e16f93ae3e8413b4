import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { ForgetPlan } from '#src/features/billing/application/forget/ForgetUser.ts'
import { confirm } from '../confirm.ts'
import { CommandError, ExitCode } from '../exit-code.ts'
import type { RunCommand } from '../session.ts'

interface Options {
  readonly apply?: true
  readonly reason: string
  readonly operator: string
  readonly yes?: true
}

/** `forget <user>`: ends what would go on charging a user, takes out what tells of them, and deletes their account. */
export function addForget(program: Command, run: RunCommand): void {
  program
    .command('forget')
    .argument('<user>', "the user's id")
    .description('delete a user: end what charges them, take out what tells of them, keep the ledger')
    .option('--apply', 'do it; without this it is only told')
    .option('--reason <text>', 'why; kept in the audit', 'asked for')
    .option('--operator <name>', 'who does it; kept in the audit', userInfo().username)
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
There is no way back. A user who was deleted in Supabase Auth is forgotten by the scheduled check as well.

Examples:
  npm run tollgate -- forget 3f0c8a52-7d5e-4c7e-9a57-0f3a1be0a001
  npm run tollgate -- forget 3f0c8a52-7d5e-4c7e-9a57-0f3a1be0a001 --apply --reason "asked by mail"`,
    )
    .action((userId: string, { apply, reason, operator, yes }: Options) =>
      run(async (session) => {
        const { billing, terminal } = session
        const { forgetUser } = billing.operations
        if (apply !== true) {
          const plan = await forgetUser.plan(userId)
          if (plan === null) throw new CommandError(ExitCode.found, NOBODY)
          terminal.print(plan, `${describe(plan)}\nNothing was changed: this was a dry run.`)
          return ExitCode.ok
        }
        await confirm(session, `Forgetting ${userId} for good`, { yes: yes === true })
        const done = await forgetUser.execute({ userId, operator, reason })
        if (done === null) throw new CommandError(ExitCode.found, NOBODY)
        const word = done.outcome === 'forgotten' ? 'Forgotten.' : 'They had been forgotten before.'
        terminal.print(done, `${describe(done.plan)}\n${word}`)
        const isCharged = done.plan.subscriptionsAre === 'reported' && done.plan.subscriptions.length > 0
        return isCharged ? ExitCode.found : ExitCode.ok
      }),
    )
}

const NOBODY = 'Billing knows of nobody of this id. Delete the account in Supabase Auth.'

function describe(plan: ForgetPlan): string {
  const { customerId, subscriptions, openSessions, signsIn, subscriptionsAre } = plan
  return [
    `customer       ${customerId ?? 'none'}`,
    `subscriptions  ${subscriptions.length === 0 ? 'none' : `${subscriptions.join(', ')}: ${subscriptionsAre}`}`,
    `open sessions  ${openSessions.length === 0 ? 'none' : `${openSessions.join(', ')}: expired`}`,
    `account        ${signsIn ? 'deleted' : 'gone already'}`,
  ].join('\n')
}
