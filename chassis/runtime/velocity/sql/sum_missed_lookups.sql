-- How many look-ups of callers found nobody, one row a question with any. In parallel: $1 text[]: programs.
-- $2 text[]: callers. $3 timestamptz[]: after these times. $4 timestamptz[]: up to these times.
SELECT asked.place, sum(kept.misses)::bigint AS misses
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
    WITH ORDINALITY AS asked (program_id, caller, after_time, time, place)
JOIN missed_lookup AS kept
    ON kept.program_id = asked.program_id
    AND kept.caller = asked.caller
    AND kept.second > asked.after_time
    AND kept.second <= asked.time
GROUP BY asked.place
