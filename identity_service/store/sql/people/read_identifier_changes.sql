-- When an identifier of some members was last linked, unlinked or moved, up to a time each; what a member began with is
-- no change. One row a question with any. In parallel: $1 integer[]: places. $2 smallint[]: buckets. $3 text[]: members.
-- $4 timestamptz[]: up to these times. $5 text: program.
SELECT asked.place, max(entry.event_time) AS change_time
FROM unnest($1::integer[], $2::smallint[], $3::text[], $4::timestamptz[]) AS asked (place, bucket, member_id, time)
CROSS JOIN LATERAL (
    SELECT told.event_time, told.action, min(told.event_time) OVER () AS begin_time
    FROM identifier_history AS told
    WHERE told.bucket = asked.bucket AND told.program_id = $5 AND told.member_id = asked.member_id
) AS entry
-- 2: a verification.
WHERE entry.action <> 2 AND entry.event_time > entry.begin_time AND entry.event_time <= asked.time
GROUP BY asked.place
