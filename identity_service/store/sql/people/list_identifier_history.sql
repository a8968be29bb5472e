-- What happened to the identifiers of a member, oldest first.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 integer: after this entry. $5 integer: at most so many.
SELECT
    entry.sequence, entry.action, entry.ordinal, entry.kind, known.value, entry.method, entry.proof_reference,
    entry.reason, entry.other_member_id, entry.event_time, entry.caller, entry.request_id, entry.location_id
FROM identifier_history AS entry
LEFT JOIN identifier_value AS known
    ON known.bucket = entry.bucket
    AND known.program_id = entry.program_id
    AND known.member_id = entry.member_id
    AND known.ordinal = entry.ordinal
WHERE entry.bucket = $1 AND entry.program_id = $2 AND entry.member_id = $3 AND entry.sequence > $4
ORDER BY entry.sequence
LIMIT $5
