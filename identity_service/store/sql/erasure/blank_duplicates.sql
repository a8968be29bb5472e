-- Takes the words out of the verdicts on pairs that members are in; the verdicts stay.
-- $1 smallint[]: buckets, which such rows have none of. $2 text: program. $3 text[]: members.
UPDATE duplicate
SET reason = ''
WHERE $1::smallint[] IS NOT NULL
    AND program_id = $2
    AND (low_member_id = ANY($3::text[]) OR high_member_id = ANY($3::text[]))
