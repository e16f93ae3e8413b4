import { createMemoryStore } from '#tests/support/memory-store.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('memory', async () => createMemoryStore())
