/**
 * What a Redis script finds around itself, written in Lua 5.4 to look like Redis's Lua 5.1.
 *
 * JavaScript and Lua exchange one text, the wire form of `script-wire.ts`: a token a line, made of printable ASCII
 * alone, so that values of any bytes pass through the C strings between the two.
 *
 * Known differences from 5.1, where numbers are always doubles: `..` writes a float with integral value as `5.0`
 * (`tostring` does not), and integers wrap at 64 bits instead of losing precision beyond 2^53.
 */
export const LUA_PRELUDE = String.raw`
local host_call, host_sha1, host_json = __host_call, __host_sha1, __host_json
__host_call, __host_sha1, __host_json = nil, nil, nil
local byte, char, find, format, gmatch, gsub, sub =
  string.byte, string.char, string.find, string.format, string.gmatch, string.gsub, string.sub
local concat, mathtype = table.concat, math.type
local scripts = {}

local function escape(text)
  if not find(text, "[^ -$&-~]") then return text end
  return (gsub(text, "[^ -$&-~]", function(c) return format("%%%02x", byte(c)) end))
end

local function unescape(text)
  if not find(text, "%", 1, true) then return text end
  return (gsub(text, "%%(%x%x)", function(hex) return char(tonumber(hex, 16)) end))
end

local json_null = setmetatable({}, { __tostring = function() return "userdata: NULL" end })

local function read(next_token)
  local token = next_token()
  local kind, rest = sub(token, 1, 1), sub(token, 2)
  if kind == "$" then return unescape(rest) end
  if kind == ":" then return math.tointeger(rest) or tonumber(rest) end
  if kind == "_" then return false end
  if kind == "+" then return { ok = unescape(rest) } end
  if kind == "-" then return { err = unescape(rest) } end
  if kind == "n" then return json_null end
  if kind == "t" then return true end
  local result = {}
  for i = 1, tonumber(rest) do
    local key = i
    if kind == "{" then key = read(next_token) end
    result[key] = read(next_token)
  end
  return result
end

local function read_all(wire)
  return read(gmatch(wire, "[^\n]+"))
end

local function integer_text(number)
  if mathtype(number) == "integer" then return format("%d", number) end
  local whole = math.tointeger(number >= 0 and math.floor(number) or math.ceil(number))
  return format("%d", whole or math.mininteger)
end

local function write(value, out)
  local kind = type(value)
  if kind == "string" then out[#out + 1] = "$" .. escape(value)
  elseif kind == "number" then out[#out + 1] = ":" .. integer_text(value)
  elseif value == true then out[#out + 1] = ":1"
  elseif kind ~= "table" or value == json_null then out[#out + 1] = "_"
  elseif type(rawget(value, "err")) == "string" then out[#out + 1] = "-" .. escape(value.err)
  elseif type(rawget(value, "ok")) == "string" then out[#out + 1] = "+" .. escape(value.ok)
  else
    local count = 0
    while value[count + 1] ~= nil do count = count + 1 end
    out[#out + 1] = "*" .. count
    for i = 1, count do write(value[i], out) end
  end
end

local function call_host(...)
  local count = select("#", ...)
  if count == 0 then return { err = "ERR Please specify at least one argument for this redis lib call" } end
  local parts = {}
  for i = 1, count do
    local value = select(i, ...)
    if mathtype(value) == "float" then value = format("%.17g", value)
    elseif mathtype(value) == "integer" then value = format("%d", value)
    elseif type(value) ~= "string" then
      return { err = "ERR Lua redis lib command arguments must be strings or integers" }
    end
    parts[i] = "$" .. escape(value)
  end
  return read_all(host_call(count .. "\n" .. concat(parts, "\n")))
end

local redis = {
  LOG_DEBUG = 0, LOG_VERBOSE = 1, LOG_NOTICE = 2, LOG_WARNING = 3,
  pcall = call_host,
  log = function() end,
  setresp = function() end,
  set_repl = function() end,
  replicate_commands = function() return true end,
  status_reply = function(text) return { ok = text } end,
  error_reply = function(text)
    if sub(text, 1, 1) == "-" then return { err = sub(text, 2) } end
    return { err = find(text, " ", 1, true) and text or "ERR " .. text }
  end,
  sha1hex = function(text) return host_sha1(escape(text)) end,
}
redis.call = function(...)
  local reply = call_host(...)
  if type(reply) == "table" and reply.err then error(reply, 0) end
  return reply
end

local function quote(text)
  return '"' .. gsub(text, '[%c"\\\127]', function(c)
    local short = ({ ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
      ["\b"] = "\\b", ["\f"] = "\\f" })[c]
    return short or format("\\u%04x", byte(c))
  end) .. '"'
end

local function array_length(value)
  local last = 0
  for key in pairs(value) do
    if mathtype(key) ~= "integer" or key < 1 then return nil end
    if key > last then last = key end
  end
  return last > 0 and last or nil
end

local function encode(value)
  local kind = type(value)
  if value == nil or value == json_null then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then return format("%.14g", value) end
  if kind == "string" then return quote(value) end
  if kind ~= "table" then error("Cannot serialise " .. kind .. ": type not supported", 0) end
  local parts, length = {}, array_length(value)
  if length then
    for i = 1, length do parts[i] = encode(value[i]) end
    return "[" .. concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do
    local name = mathtype(key) and format("%.14g", key) or key
    parts[#parts + 1] = quote(name) .. ":" .. encode(item)
  end
  return "{" .. concat(parts, ",") .. "}"
end

local function decode(text)
  local reply = host_json(escape(text))
  if sub(reply, 1, 1) == "-" then error(unescape(sub(reply, 2)), 2) end
  return read_all(reply)
end

local function frozen(library)
  return setmetatable({}, {
    __index = library,
    __newindex = function() error("Attempt to modify a readonly table", 2) end,
  })
end

local function plain_tostring(value)
  if mathtype(value) == "float" then return format("%.14g", value) end
  return tostring(value)
end

-- Redis hands a caught error of a command over as its text.
local function text_pcall(fn, ...)
  local results = table.pack(pcall(fn, ...))
  if not results[1] and type(results[2]) == "table" and results[2].err then return false, results[2].err end
  return table.unpack(results, 1, results.n)
end

local extra_table = setmetatable({ getn = function(list) return #list end }, { __index = table })
local extra_math = setmetatable({ pow = function(a, b) return a ^ b end }, { __index = math })
local env = {
  redis = frozen(redis), server = frozen(redis),
  cjson = frozen({ encode = encode, decode = decode, null = json_null }),
  string = frozen(string), table = frozen(extra_table), math = frozen(extra_math),
  tonumber = tonumber, tostring = plain_tostring, type = type, pairs = pairs, ipairs = ipairs, next = next,
  select = select, unpack = table.unpack, pcall = text_pcall, xpcall = xpcall, error = error, assert = assert,
  rawget = rawget, rawset = rawset, rawequal = rawequal, setmetatable = setmetatable, getmetatable = getmetatable,
}
env.loadstring = function(code, name) return load(code, name, "t", env) end
setmetatable(env, {
  __index = function(_, name)
    error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
  end,
  __newindex = function() error("Attempt to modify a readonly table", 2) end,
})

function __compile(sha, code)
  local body = gsub(unescape(code), "^#![^\n]*", "")
  local compiled, message = load(body, "@user_script", "t", env)
  if not compiled then return "-" .. escape("ERR Error compiling script (new function): " .. message) end
  scripts[sha] = compiled
  return "+OK"
end

function __forget()
  scripts = {}
  return "+OK"
end

local function where()
  for level = 3, 30 do
    local info = debug.getinfo(level, "Sl")
    if not info then return 1 end
    if info.source == "@user_script" then return info.currentline end
  end
  return 1
end

function __run(sha, keys, argv)
  rawset(env, "KEYS", read_all(keys))
  rawset(env, "ARGV", read_all(argv))
  local out = {}
  local done, result = xpcall(scripts[sha], function(raised)
    local message
    if type(raised) == "table" and raised.err then message = raised.err else message = "ERR " .. tostring(raised) end
    return { err = message .. " script: " .. sha .. ", on @user_script:" .. where() .. "." }
  end)
  write(result, out)
  return concat(out, "\n")
end
`
