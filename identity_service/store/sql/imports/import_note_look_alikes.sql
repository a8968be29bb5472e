-- That lines named identifiers of somebody else, who may be the same person: the pairs, and to look at them. They are
-- told as a caller's who named both in one call.
-- $1 text: program. $2 text: import. $3 integer: after this line. $4 integer: up to this line. $5 text: caller.
-- $6 timestamptz: now.
WITH pair AS (
    SELECT DISTINCT owner.member_bucket, owner.member_id AS other, line.member_id AS mine
    FROM member_import_line AS line
    JOIN member_import_identifier AS one
        ON one.program_id = line.program_id AND one.import_id = line.import_id
        AND one.line_number = line.line_number AND NOT one.brought
    JOIN identifier AS owner ON owner.fingerprint = one.fingerprint AND owner.member_id <> line.member_id
    WHERE line.program_id = $1 AND line.import_id = $2 AND line.line_number > $3 AND line.line_number <= $4
        AND line.verdict <> 'REFUSED' AND line.look_alikes <> '{}'
), due AS (
    INSERT INTO duplicate_due (bucket, program_id, member_id)
    SELECT DISTINCT pair.member_bucket, $1, pair.other
    FROM pair
)
INSERT INTO duplicate_naming (program_id, low_member_id, high_member_id, caller, naming_time)
SELECT DISTINCT $1, least(pair.mine, pair.other), greatest(pair.mine, pair.other), $5, $6::timestamptz
FROM pair
ORDER BY 2, 3
ON CONFLICT (program_id, low_member_id, high_member_id, caller) DO UPDATE
SET naming_time = excluded.naming_time
