import { SandboxControl } from '../../scripts/lib/sandbox-control.ts'
import { type Stack, startStack } from '../../scripts/lib/stack.ts'

/** Where the tests look for a port first: not where somebody's own app is likely to be. */
const TEST_PORT = 4100

/** The built app and its sandbox as processes, as a person would run them. */
export interface TestApp extends Stack {
  readonly control: SandboxControl
}

/** Starts the app for a test file; `stop` it after the last test. */
export async function startApp(): Promise<TestApp> {
  const stack = await startStack({ wantedPort: TEST_PORT })
  return { ...stack, control: new SandboxControl(stack.environment.STRIPE_API_BASE) }
}
