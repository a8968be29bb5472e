-- Whose key it is, taken back or not.
-- $1 text: program. $2 text: key.
SELECT bucket, member_id
FROM app_key
WHERE program_id = $1 AND key_id = $2
