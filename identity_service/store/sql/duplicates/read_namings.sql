-- With whom a member was named in one call, and by how many callers.
-- $1 text: program. $2 text: member.
SELECT low_member_id AS other_member_id, count(*) AS callers
FROM duplicate_naming
WHERE program_id = $1 AND high_member_id = $2
GROUP BY low_member_id
UNION ALL
SELECT high_member_id, count(*)
FROM duplicate_naming
WHERE program_id = $1 AND low_member_id = $2
GROUP BY high_member_id
