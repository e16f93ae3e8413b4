import 'server-only'
import { headers } from 'next/headers'
import { assertSameOrigin } from '#src/infrastructure/auth/same-origin.ts'
import { billing } from '#src/infrastructure/composition-root.ts'

/** Throws `ForeignOriginError` unless a page of ours sent this form. First line of every server action. */
export async function requireOwnForm(): Promise<void> {
  assertSameOrigin(await headers(), billing().appUrl)
}
