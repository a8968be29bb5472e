-- I7: the serving role can neither change nor remove history
WITH facts AS (
    SELECT
        has_table_privilege(current_user, t.name, p.privilege)
        -- A right to single columns is one too.
        OR CASE p.privilege WHEN 'UPDATE' THEN has_any_column_privilege(current_user, t.name, 'UPDATE') ELSE false END
            AS broken,
        format('%s may %s %s', current_user, p.privilege, t.name) AS finding
    FROM (VALUES ('movement'), ('obligation'), ('event'), ('posted_order'), ('posted_return'), ('redemption'))
        AS t (name)
    CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (privilege)
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
