import 'server-only'
import { headers } from 'next/headers'
import { assertSameOrigin } from '#src/infrastructure/auth/same-origin.ts'
import { readConfig } from '#src/infrastructure/config/env.ts'

/** Throws `ForeignOriginError` unless a page of ours sent this form. First line of every server action. */
export async function requireOwnForm(): Promise<void> {
  assertSameOrigin(await headers(), readConfig().appUrl)
}
