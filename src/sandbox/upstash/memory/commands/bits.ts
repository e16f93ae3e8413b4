import { CommandError, type Reply } from '../../reply.ts'
import { argument, type CommandTable, parseInteger, syntaxError } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

type Args = readonly string[]

/** As many bits fit into a string of 512 MB. */
const MAX_BITS = 2 ** 32

/** Commands on the bits of strings: the basic ones. */
export const bitCommands: CommandTable = {
  GETBIT: {
    arity: 3,
    run: (db, args) => bitAt(db.read('string', argument(args, 0)) ?? '', offsetOf(args[1])),
  },
  SETBIT: { arity: 4, run: setBit },
  BITCOUNT: { arity: -2, run: countBits },
}

/** Bit 0 is the highest of the first byte. */
function bitAt(bytes: string, offset: number): number {
  const byte = offset >>> 3 < bytes.length ? bytes.charCodeAt(offset >>> 3) : 0
  return (byte >> (7 - (offset % 8))) & 1
}

function offsetOf(text: string | undefined): number {
  const isNumber = text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < MAX_BITS
  if (!isNumber) throw new CommandError('ERR bit offset is not an integer or out of range')
  return Number(text)
}

function setBit(db: Keyspace, args: Args): Reply {
  const offset = offsetOf(args[1])
  const bit = args[2]
  if (bit !== '0' && bit !== '1') throw new CommandError('ERR bit is not an integer or out of range')
  const before = db.read('string', argument(args, 0)) ?? ''
  const index = Math.floor(offset / 8)
  const bytes = before.padEnd(index + 1, '\0')
  const mask = 1 << (7 - (offset % 8))
  const byte = bytes.charCodeAt(index)
  const changed = String.fromCharCode(bit === '1' ? byte | mask : byte & ~mask)
  db.writeString(argument(args, 0), bytes.slice(0, index) + changed + bytes.slice(index + 1), true)
  return bitAt(before, offset)
}

function countBits(db: Keyspace, args: Args): Reply {
  const unit = args[3]?.toUpperCase() ?? 'BYTE'
  if (args.length === 2 || args.length > 4 || (unit !== 'BYTE' && unit !== 'BIT')) throw syntaxError()
  const bytes = db.read('string', argument(args, 0)) ?? ''
  const length = unit === 'BIT' ? bytes.length * 8 : bytes.length
  const [start, end] = args.length === 1 ? [0, length - 1] : [parseInteger(args[1]), parseInteger(args[2])]
  const from = Math.max(0, start < 0 ? length + start : start)
  const to = Math.min(length - 1, end < 0 ? length + end : end)
  let count = 0
  const scale = unit === 'BIT' ? 1 : 8
  for (let offset = from * scale; offset < (to + 1) * scale; offset += 1) count += bitAt(bytes, offset)
  return count
}
