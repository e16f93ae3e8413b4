/** How a check came out. `skipped` says why it could not be made. */
export type Health = 'ok' | 'warning' | 'failure' | 'skipped'

/** What a check found, and the line that mends it. Never a secret. */
export interface Finding {
  readonly check: string
  readonly health: Health
  readonly says: string
  readonly mend: string | null
}

/** One thing that is looked at. Throws what keeps it from being looked at. */
export interface Check {
  readonly name: string
  run(): Promise<readonly Finding[]>
}

/** Findings of one check, in one place its name. */
export function findings(check: string) {
  return {
    ok: (says: string): Finding => ({ check, health: 'ok', says, mend: null }),
    warning: (says: string, mend: string): Finding => ({ check, health: 'warning', says, mend }),
    failure: (says: string, mend: string): Finding => ({ check, health: 'failure', says, mend }),
    skipped: (says: string): Finding => ({ check, health: 'skipped', says, mend: null }),
  }
}
