import { Argument, type Command } from 'commander'
import type {
  AccessExplanation,
  SourceExplanation,
} from '#src/features/billing/application/explain/ExplainAccess.ts'
import { catalogue, type Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { ExitCode } from '../exit-code.ts'
import { type GivenInstant, parseInstant, printInstant } from '../instant.ts'
import type { RunCommand } from '../session.ts'
import { table } from '../terminal.ts'

/** `explain <user> <feature>`: why a user may use a feature, or may not, now or at a past moment. */
export function addExplain(program: Command, run: RunCommand): void {
  program
    .command('explain')
    .argument('<user>', "the user's id")
    .addArgument(
      new Argument('<feature>', 'a feature of the catalogue').choices(Object.keys(catalogue.features)),
    )
    .description('say why a user may use a feature, or may not: grants, holds, events, policy, layer')
    .option('--at <instant>', 'at this moment instead of now', parseInstant)
    .addHelpText(
      'after',
      `
Examples:
  npm run tollgate -- explain 3f0c8a52-7d5e-4c7e-9a57-0f3a1be0a001 insights
  npm run tollgate -- explain 3f0c8a52-7d5e-4c7e-9a57-0f3a1be0a001 insights --at 2026-11-01T12:00:00Z`,
    )
    .action((userId: string, feature: Feature, { at }: { readonly at?: GivenInstant }) =>
      run(async ({ billing, terminal }) => {
        const instant = at?.(billing.clock.now()) ?? null
        const explained = await billing.operations.explainAccess.execute(userId, feature, instant)
        terminal.print(explained, describe(explained))
        return ExitCode.ok
      }),
    )
}

function describe(explained: AccessExplanation): string {
  const { userId, feature, at, allowed, isFree, sources, events, acts, version, layer } = explained
  const free = isFree ? ['The free plan has it.'] : []
  const none = sources.length === 0 ? ['Nothing was ever bought or granted.'] : []
  const parts = [
    `${allowed ? 'Yes' : 'No'}: ${feature} for ${userId} at ${printInstant(at)}`,
    ...free,
    ...none,
    ...sources.flatMap(describeSource),
    layer === null
      ? `Postgres: version ${version.epoch}.${version.counter} now`
      : `Answered from ${layer.layer}, version ${layer.version.epoch}.${layer.version.counter}; Postgres has ${version.epoch}.${version.counter}`,
  ]
  if (acts.length > 0) {
    const rows = acts.map((act) => [printInstant(act.at), act.action, act.sourceId, act.operator, act.reason])
    parts.push('', table(['at', 'act', 'source', 'operator', 'reason'], rows))
  }
  if (events.length > 0) {
    const rows = events.map((event) => [
      printInstant(event.receivedAt),
      event.eventId,
      event.type,
      event.outcome,
      event.reason ?? '',
    ])
    parts.push('', table(['received', 'event', 'type', 'outcome', 'reason'], rows))
  }
  return parts.join('\n')
}

const VERDICTS = {
  grants: 'gives it',
  held: 'is held back',
  ended: 'has ended',
  no_access: 'gives no access',
  plan_without_feature: 'does not have it',
} as const

function describeSource(source: SourceExplanation): string[] {
  const { sourceId, plan, planVersion, quantity, status, verdict, holds, expiresAt, policy, stripeEventId } =
    source
  const end = expiresAt === null ? 'no end' : `until ${printInstant(expiresAt)}`
  const held = holds.length === 0 ? '' : ` by ${holds.join(' and ')}`
  return [
    `  ${sourceId}  ${plan} version ${planVersion} × ${quantity}, ${status}, ${end}: ${VERDICTS[verdict]}${held}`,
    ...policy.map((line) => `    policy: ${line}`),
    `    set by: ${stripeEventId ?? 'no event (a read of the object, or an operator)'}`,
  ]
}
