-- Grants the free ones of many leases of one partition, and tells how long the others may stay taken.
--
-- KEYS[1]    the partition's fence counter; it never expires
-- KEYS[2..]  the leases
-- ARGV[1]    the holder's token
-- ARGV[2]    time to live, milliseconds
-- ARGV[3..]  per lease the highest fence the caller has seen for it, 0 if none
--
-- Returns two numbers a lease: 1 and its fence, or 0 and the milliseconds until it expires.
--
-- A holder that asks again (its answer was lost) gets the fence it has and a new time to live, unless it has seen a
-- fence as high: then this server has forgotten some, and a higher one is made.
local counter = tonumber(redis.call('GET', KEYS[1]) or '0')
local given = counter
local token, ttl = ARGV[1], ARGV[2]
local answer = {}
for i = 2, #KEYS do
  local floor = tonumber(ARGV[i + 1])
  local held = redis.call('GET', KEYS[i])
  local fence, holder
  if held then
    fence, holder = string.match(held, '^(%d+) (.*)$')
  end
  if held and holder ~= token then
    answer[#answer + 1] = 0
    answer[#answer + 1] = redis.call('PTTL', KEYS[i])
  else
    fence = tonumber(fence or '0')
    if fence == 0 or fence <= floor then
      given = math.max(given, floor) + 1
      fence = given
    end
    redis.call('SET', KEYS[i], string.format('%.0f %s', fence, token), 'PX', ttl)
    answer[#answer + 1] = 1
    answer[#answer + 1] = fence
  end
end
if given > counter then
  redis.call('SET', KEYS[1], string.format('%.0f', given))
end
return answer
