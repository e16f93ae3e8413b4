import { CommandError } from '../reply.ts'
import { argument, globMatcher, parseInteger, syntaxError } from './command.ts'

/**
 * Reads `cursor [MATCH pattern] [COUNT n]` of the scans within a key. Everything is in one page, whatever COUNT hints:
 * the smallest answer that keeps all of SCAN's guarantees.
 */
export function scanMatcher(args: readonly string[]): (item: string) => boolean {
  if (!/^\d{1,20}$/.test(argument(args, 0))) throw new CommandError('ERR invalid cursor')
  let matches: (item: string) => boolean = () => true
  for (let i = 1; i < args.length; i += 2) {
    const value = argument(args, i + 1)
    const option = argument(args, i).toUpperCase()
    if (option === 'MATCH') matches = globMatcher(value)
    else if (option !== 'COUNT' || parseInteger(value) < 1) throw syntaxError()
  }
  return matches
}
