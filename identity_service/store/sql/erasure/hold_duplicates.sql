-- Makes verdicts on pairs that members are in wait: whoever decides one holds the pair before the members.
-- $1 text: program. $2 text[]: members.
SELECT FROM duplicate
WHERE program_id = $1 AND (low_member_id = ANY($2::text[]) OR high_member_id = ANY($2::text[]))
ORDER BY duplicate_id
FOR UPDATE
