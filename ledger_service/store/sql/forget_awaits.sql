-- Returns that were not parked after all wait for nothing; a sale that nothing waits for any more has no entry.
-- $1 keys, $2 what waits, as home/return id
WITH gone AS (
    SELECT row.key, array_agg(row.waits) AS waits
    FROM unnest($1::bytea[], $2::text[]) AS row (key, waits)
    GROUP BY row.key
), left_over AS (
    SELECT
        d.key,
        ARRAY(SELECT one FROM unnest(d.awaiting) WITH ORDINALITY AS a (one, n) WHERE one <> ALL (gone.waits) ORDER BY n)
            AS awaiting
    FROM document_key AS d
    JOIN gone ON gone.key = d.key
    WHERE d.state = 'AWAITED'
), emptied AS (
    DELETE FROM document_key AS d
    USING left_over AS l
    WHERE d.key = l.key AND l.awaiting = '{}'
)
UPDATE document_key AS d
SET awaiting = l.awaiting
FROM left_over AS l
WHERE d.key = l.key AND l.awaiting <> '{}'
