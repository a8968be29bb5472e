-- The next entry of the history of a member that is locked; 0 as the link: the entry is a link itself.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: action. $5 integer: the link. $6 smallint: kind.
-- $7 smallint: method or null. $8 text: reference of the proof. $9 smallint: reason or null. $10 text: other member.
-- $11 timestamptz: now. $12 text: caller. $13 text: request id. $14 text: location or ''.
INSERT INTO identifier_history (
    bucket, program_id, member_id, sequence, action, ordinal, kind, method, proof_reference, reason, other_member_id,
    event_time, caller, request_id, location_id
)
SELECT
    $1, $2, $3, last.sequence + 1, $4, coalesce(nullif($5::integer, 0), last.sequence + 1), $6, $7, $8, $9, $10, $11,
    $12, $13, $14
FROM (
    SELECT coalesce(max(number), 0) AS sequence
    FROM (
        SELECT sequence AS number
        FROM identifier_history
        WHERE bucket = $1 AND program_id = $2 AND member_id = $3
        UNION ALL
        SELECT ordinal
        FROM identifier_value
        WHERE bucket = $1 AND program_id = $2 AND member_id = $3
    ) AS numbers
) AS last
RETURNING sequence
