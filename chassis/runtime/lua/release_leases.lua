-- Frees leases, for their holder alone, and wakes who waits for them.
--
-- KEYS     the leases
-- ARGV[1]  the holder's token
-- ARGV[2]  the partition's channel; the names freed are published on it, one a line
--
-- Returns per lease 1 if it was freed, 0 if somebody else holds it or nobody does.
local answer = {}
local freed = {}
for i, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  if held and string.match(held, '^%d+ (.*)$') == ARGV[1] then
    redis.call('DEL', key)
    freed[#freed + 1] = key
    answer[i] = 1
  else
    answer[i] = 0
  end
end
if #freed > 0 then
  redis.call('PUBLISH', ARGV[2], table.concat(freed, '\n'))
end
return answer
