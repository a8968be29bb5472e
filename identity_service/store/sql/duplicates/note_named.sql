-- That a caller named identifiers of the first of some members and of each other one, unless it has done so with too many
-- pairs of late. Told again only the time changes.
-- $1 text: program. $2 text[]: the lower ids. $3 text[]: the higher ids. $4 text: caller. $5 timestamptz: now.
-- $6 timestamptz: since when is of late. $7 integer: so many pairs are too many.
INSERT INTO duplicate_naming (program_id, low_member_id, high_member_id, caller, naming_time)
SELECT $1, pair.low, pair.high, $4, $5
FROM unnest($2::text[], $3::text[]) AS pair (low, high)
WHERE (
    SELECT count(*)
    FROM (SELECT FROM duplicate_naming WHERE caller = $4 AND naming_time > $6 LIMIT $7) AS late
) < $7
ORDER BY pair.low, pair.high
ON CONFLICT (program_id, low_member_id, high_member_id, caller) DO UPDATE
SET naming_time = excluded.naming_time
