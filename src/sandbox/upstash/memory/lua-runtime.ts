import { createHash } from 'node:crypto'
import { type LuaEngine, LuaFactory } from 'wasmoon'
import type { Bytes, Reply } from '../reply.ts'
import { toText } from '../reply.ts'
import { LUA_PRELUDE } from './lua-prelude.ts'
import { escapeBytes, readArguments, readReply, unescapeBytes, writeJson, writeReply } from './script-wire.ts'

/** Runs scripts to their end, one at a time, with `call` behind `redis.call`. */
export interface LuaRuntime {
  /** Compiles under this name. The reply is OK, or the error of compilation. */
  compile(sha: string, code: Bytes): Reply
  /** Runs what was compiled under this name. A script's failure is the reply. */
  run(sha: string, keys: readonly Bytes[], args: readonly Bytes[]): Reply
  forget(): void
  close(): void
}

/** LUA_OK of lua.h. */
const LUA_OK = 0

/** Starts one Lua 5.4 state; `call` must answer at once and never throw. */
export async function createLuaRuntime(call: (command: Bytes[]) => Reply): Promise<LuaRuntime> {
  const engine = await new LuaFactory().createEngine()
  engine.global.set('__host_call', (wire: string) => writeReply(call(readArguments(wire))))
  engine.global.set('__host_sha1', (text: string) => sha1(unescapeBytes(text)))
  engine.global.set('__host_json', decodeJson)
  await engine.doString(LUA_PRELUDE)
  return {
    compile: (sha, code) => readReply(invoke(engine, '__compile', sha, escapeBytes(code))),
    run: (sha, keys, args) =>
      readReply(invoke(engine, '__run', sha, writeReply([...keys]), writeReply([...args]))),
    forget: () => {
      invoke(engine, '__forget')
    },
    close: () => engine.global.close(),
  }
}

/** The name that Redis gives a script. */
export function sha1(code: Bytes): string {
  return createHash('sha1').update(Buffer.from(code, 'latin1')).digest('hex')
}

function decodeJson(text: string): string {
  try {
    return writeJson(JSON.parse(toText(unescapeBytes(text))))
  } catch (error) {
    return `-${escapeBytes(error instanceof Error ? error.message : 'Invalid JSON')}`
  }
}

/**
 * Calls a global function with texts. Done on the state's own stack, which is put back as it was: the library's
 * `doStringSync` and `call` leave their results on it, until it overflows.
 */
function invoke(engine: LuaEngine, name: string, ...args: string[]): string {
  const { global } = engine
  const { lua, address } = global
  const top = global.getTop()
  try {
    lua.lua_getglobal(address, name)
    for (const arg of args) lua.lua_pushstring(address, arg)
    const status = lua.lua_pcallk(address, args.length, 1, 0, 0, null)
    const text = lua.lua_tolstring(address, -1, null)
    if (status !== LUA_OK) throw new Error(`Lua: ${text}`)
    return text
  } finally {
    global.setTop(top)
  }
}
