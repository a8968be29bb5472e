-- The wallet of a member as it was after a change: its root, and every other member with the link it hung by. Follows
-- the changes and not member_link, so that any moment can be asked for. UNION drops what was seen: even a cycle ends.
-- $1 text: program. $2 text: member. $3 bigint: the position of the change.
WITH RECURSIVE
upward AS (
    SELECT $2::text COLLATE "C" AS member_id
    UNION
    SELECT above.linked_member_id
    FROM upward
    CROSS JOIN LATERAL (
        SELECT change.kind, change.linked_member_id
        FROM link_change AS change
        WHERE change.program_id = $1 AND change.absorbed_member_id = upward.member_id AND change.position <= $3
        ORDER BY change.position DESC
        LIMIT 1
    ) AS above
    WHERE above.kind = 1
),
tree AS (
    SELECT
        upward.member_id,
        NULL::text COLLATE "C" AS linked_member_id,
        0::bigint AS position,
        NULL::timestamptz AS link_time
    FROM upward
    WHERE NOT coalesce(
        (
            SELECT change.kind = 1
            FROM link_change AS change
            WHERE change.program_id = $1 AND change.absorbed_member_id = upward.member_id AND change.position <= $3
            ORDER BY change.position DESC
            LIMIT 1
        ),
        false
    )
    UNION
    SELECT change.absorbed_member_id, tree.member_id, change.position, change.change_time
    FROM tree
    JOIN link_change AS change
        ON change.program_id = $1
        AND change.linked_member_id = tree.member_id
        AND change.kind = 1
        AND change.position <= $3
    WHERE NOT EXISTS (
        SELECT FROM link_change AS later
        WHERE later.program_id = $1
            AND later.absorbed_member_id = change.absorbed_member_id
            AND later.position > change.position
            AND later.position <= $3
    )
)
SELECT member_id, linked_member_id, position, link_time
FROM tree
ORDER BY position
