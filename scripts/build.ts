// Builds the app, unless the build at hand is of the same files.

import { ensureBuilt } from './lib/build.ts'

await ensureBuilt()
