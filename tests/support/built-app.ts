import { ensureBuilt } from '../../scripts/lib/build.ts'

/** Builds the app once, before test files that run at the same time would each build it. */
export default ensureBuilt
