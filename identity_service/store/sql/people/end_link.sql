-- Ends a link with an entry of the history of a member that is locked.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 integer: the link. $5 integer: the entry.
UPDATE identifier_value
SET end_ordinal = $5
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND ordinal = $4
