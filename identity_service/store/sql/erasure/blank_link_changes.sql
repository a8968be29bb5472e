-- Takes the words out of the merges and unmerges that members were in; that they took place stays.
-- $1 smallint[]: buckets, which such rows have none of. $2 text: program. $3 text[]: members.
UPDATE link_change
SET reason = '', evidence_ref = ''
WHERE $1::smallint[] IS NOT NULL
    AND program_id = $2
    AND (
        absorbed_member_id = ANY($3::text[])
        OR linked_member_id = ANY($3::text[])
        OR root_member_id = ANY($3::text[])
    )
