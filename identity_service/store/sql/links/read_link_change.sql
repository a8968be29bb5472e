-- The change that a request made; no row comes back if it made none.
-- $1 bytea: key hash.
SELECT
    program_id, position, kind, absorbed_member_id, linked_member_id, root_member_id, root_home_member_ids,
    absorbed_home_member_ids, merge_seq, change_time, reason, decided_by, evidence_ref, duplicate_id,
    merge_rule_version, caller, request_id
FROM link_change
WHERE key_hash = $1
