-- Takes tokens from many buckets at once, or from none if one of them has not enough.
--
-- KEYS      the buckets
-- ARGV      four numbers a bucket: count, microseconds of the span, burst, cost (below 0: give back)
--
-- Returns the number of the bucket that must be waited for longest, counted from 1 (0: none), and the microseconds.
--
-- The time is this server's, the same for all processes. A bucket is remembered until it is full again.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local levels = {}
local longest, waiting = 0, 0
for i, key in ipairs(KEYS) do
  local count, unit = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2])
  local burst, cost = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
  local full = burst * unit
  local level = full
  local known = redis.call('GET', key)
  if known then
    local before, at = string.match(known, '^(%S+) (%S+)$')
    -- What would fill it all the same is not multiplied out: it might pass 53 bits.
    local elapsed = math.min(math.max(0, now - tonumber(at)), math.ceil(full * 2 / count))
    level = math.min(full, tonumber(before) + elapsed * count)
  end
  local missing = math.min(cost * unit, full) - level
  if cost > 0 and missing > 0 then
    local wait = math.ceil(missing / count)
    if wait > waiting then
      longest, waiting = i, wait
    end
  end
  levels[i] = math.min(full, level - cost * unit)
end
if longest > 0 then
  return {longest, waiting}
end
for i, key in ipairs(KEYS) do
  local count, full = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 1]) * tonumber(ARGV[4 * i - 2])
  local until_full = math.ceil((full - levels[i]) / count / 1000)
  if until_full <= 0 then
    redis.call('DEL', key)
  else
    redis.call('SET', key, string.format('%.0f %.0f', levels[i], now), 'PX', string.format('%.0f', until_full))
  end
end
return {0, 0}
