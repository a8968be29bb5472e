-- Gives leases a new time to live, for their holder alone.
--
-- KEYS     the leases
-- ARGV[1]  the holder's token
-- ARGV[2]  time to live, milliseconds
--
-- Returns per lease 1 if it was extended, 0 if somebody else holds it or nobody does.
local answer = {}
for i, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  if held and string.match(held, '^%d+ (.*)$') == ARGV[1] then
    answer[i] = redis.call('PEXPIRE', key, ARGV[2])
  else
    answer[i] = 0
  end
end
return answer
