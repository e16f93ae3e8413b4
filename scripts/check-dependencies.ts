// Says which imports break the dependency rules of scripts/lib/dependency-rules.ts; exit code 1 if any does.

import { wrongImports } from './lib/dependency-rules.ts'

const wrong = wrongImports(new URL('..', import.meta.url).pathname)
for (const sentence of wrong) console.error(sentence)
console.log(wrong.length === 0 ? 'Every import is allowed.' : `${wrong.length} imports are not allowed.`)
process.exitCode = wrong.length === 0 ? 0 : 1
