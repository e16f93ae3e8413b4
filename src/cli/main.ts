// npm run tollgate -- <verb>: what an operator does and asks, through the app's own use cases.

import { runCommandLine } from './program.ts'
import { readSettings } from './settings.ts'
import { processTerminal } from './terminal.ts'

process.exitCode = await runCommandLine(process.argv.slice(2), { terminal: processTerminal, readSettings })
