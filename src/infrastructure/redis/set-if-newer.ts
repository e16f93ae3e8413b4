/**
 * Sets a user's cached entitlements unless a newer version stands there already (I4): one script, so that a slow
 * reader can never undo a newer webhook.
 *
 * KEYS[1] the user's key
 * ARGV[1] epoch, ARGV[2] counter, ARGV[3] the value, ARGV[4] its time to live in milliseconds
 * Answers 1 where the value was set, 0 where a newer one stays. A value that cannot be read is replaced.
 */
export const SET_IF_NEWER = `
local current = redis.call('GET', KEYS[1])
if current then
  local readable, stored = pcall(cjson.decode, current)
  if readable and type(stored) == 'table' and type(stored.epoch) == 'number' and type(stored.counter) == 'number' then
    local epoch, counter = tonumber(ARGV[1]), tonumber(ARGV[2])
    if stored.epoch > epoch or (stored.epoch == epoch and stored.counter > counter) then
      return 0
    end
  end
end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
`
