-- Adds look-ups that found nobody, and forgets those of more than an hour ago. In parallel: $1 text[]: programs.
-- $2 text[]: callers. $3 timestamptz[]: seconds. $4 bigint[]: how many.
WITH gone AS (
    DELETE FROM missed_lookup
    WHERE second < now() - interval '1 hour'
)
INSERT INTO missed_lookup AS kept (program_id, caller, second, misses)
SELECT asked.program_id, asked.caller, asked.second, asked.misses
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) AS asked (program_id, caller, second, misses)
ORDER BY asked.program_id, asked.caller, asked.second
ON CONFLICT (program_id, caller, second) DO UPDATE SET misses = kept.misses + excluded.misses
