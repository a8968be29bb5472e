-- The next change of a program's links. Locks the program's head, so this is the last statement of its transaction.
-- $1 text: program. $2 smallint: kind. $3 text: absorbed. $4 text: linked to. $5 text: root. $6 text[]: homes of the root.
-- $7 text[]: homes of the absorbed. $8 bigint: merge_seq. $9 timestamptz: now. $10 text: reason. $11 text: decided by.
-- $12 text: evidence. $13 text: duplicate. $14 integer: version of the merge rule. $15 text: caller. $16 text: request id.
-- $17 bytea: key hash.
WITH head AS (
    INSERT INTO link_head (program_id, position, change_time)
    VALUES ($1, 1, $9)
    ON CONFLICT (program_id) DO UPDATE
    SET position = link_head.position + 1, change_time = greatest(link_head.change_time, excluded.change_time)
    RETURNING position, change_time
)
INSERT INTO link_change (
    program_id, position, kind, absorbed_member_id, linked_member_id, root_member_id, root_home_member_ids,
    absorbed_home_member_ids, merge_seq, change_time, reason, decided_by, evidence_ref, duplicate_id,
    merge_rule_version, caller, request_id, key_hash
)
SELECT
    $1, head.position, $2, $3, $4, $5, $6::text[], $7::text[], $8, head.change_time, $10, $11, $12, $13, $14, $15, $16,
    $17
FROM head
RETURNING position, change_time
