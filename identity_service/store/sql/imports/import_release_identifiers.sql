-- Gives back some of what an import has claimed.
-- $1 text: program. $2 text: import. $3 integer: at most so many.
DELETE FROM identifier
WHERE fingerprint IN (
    SELECT fingerprint FROM identifier WHERE program_id = $1 AND import_id = $2 LIMIT $3
)
