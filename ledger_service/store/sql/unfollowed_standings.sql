-- A page of a program's wallets, each with whether a ladder as it is now was not followed for it although it has done
-- something.
-- $1 program, $2 buckets, $3 and $4 the last page's end (bucket, root), $5 ladder ids, $6 the fronts of their marks,
-- $7 limit
WITH page AS MATERIALIZED (
    SELECT bucket, program, member, version
    FROM wallet
    WHERE program = $1 AND bucket = ANY($2::smallint[]) AND (bucket, program, member) > ($3, $1, $4::text)
    ORDER BY bucket, member
    LIMIT $7
)
SELECT p.bucket, p.member, p.version, coalesce(done.something AND missing.one, false) AS unfollowed
FROM page AS p
LEFT JOIN LATERAL (
    SELECT true AS something
    FROM activity AS a
    WHERE a.bucket = p.bucket AND a.program = p.program AND a.home = p.member
    LIMIT 1
) AS done ON true
LEFT JOIN LATERAL (
    SELECT true AS one
    FROM unnest($5::text[], $6::bytea[]) AS k (ladder_id, mark)
    LEFT JOIN ladder_track AS t
        ON t.bucket = p.bucket AND t.program = p.program AND t.root = p.member AND t.ladder_id = k.ladder_id
    WHERE t.ladder IS NULL OR substring(t.ladder FROM 1 FOR 16) <> k.mark
    LIMIT 1
) AS missing ON true
ORDER BY p.bucket, p.member
