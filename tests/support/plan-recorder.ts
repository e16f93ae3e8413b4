import type pg from 'pg'
import { z } from 'zod'

/** One step of a plan, as EXPLAIN says it: postgresql.org/docs/current/sql-explain.html */
export interface PlanNode {
  readonly kind: string
  /** The table that it reads; undefined where it reads none. */
  readonly table: string | undefined
  /** How often it was gone through. */
  readonly turns: number
  /** How many rows it read in vain, in all its turns. */
  readonly rowsInVain: number
  /** The statement that it belongs to, and what of it was asked for here. */
  readonly statement: string
  readonly filter: string | undefined
}

export interface PlanRecorder {
  /** The steps of what was executed since the last call. */
  take(): readonly PlanNode[]
}

const Step = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  'Rows Removed by Join Filter': z.number().default(0),
  Filter: z.string().optional(),
  get Plans() {
    return z.array(Step).default([])
  },
})
const Explained = z.object({ 'Query Text': z.string(), Plan: Step })

/**
 * Keeps the plan of every statement that this connection executes from now on, of those within functions and of foreign
 * keys too: auto_explain's, so that nobody has to list them. The connection must be a superuser's.
 */
export async function recordPlans(client: pg.Client): Promise<PlanRecorder> {
  let recorded: PlanNode[] = []
  client.on('notice', ({ message = '' }) => {
    const [, json] = /^duration: .* plan:\n(.*)$/s.exec(message) ?? []
    if (json === undefined) return
    const { 'Query Text': statement, Plan } = Explained.parse(JSON.parse(json))
    recorded.push(...stepsOf(Plan, statement))
  })
  await client.query(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_format = json;
    set auto_explain.log_level = notice`)
  return {
    take: () => {
      const taken = recorded
      recorded = []
      return taken
    },
  }
}

function stepsOf(step: z.infer<typeof Step>, statement: string): PlanNode[] {
  const node = {
    kind: step['Node Type'],
    table: step['Relation Name'],
    turns: step['Actual Loops'],
    rowsInVain: (step['Rows Removed by Filter'] + step['Rows Removed by Join Filter']) * step['Actual Loops'],
    statement,
    filter: step.Filter,
  }
  return [node, ...step.Plans.flatMap((below) => stepsOf(below, statement))]
}
