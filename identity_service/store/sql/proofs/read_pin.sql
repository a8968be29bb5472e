-- What a PIN is checked by.
-- $1 smallint: bucket. $2 text: program. $3 text: member.
SELECT salt, verifier
FROM member_pin
WHERE bucket = $1 AND program_id = $2 AND member_id = $3
