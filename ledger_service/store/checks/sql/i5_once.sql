-- I5: every accrual was born once, by what it names as its order; every document has one event; every movement lies in an event
-- $1 program
WITH births AS (
    SELECT
        a.accrual_id,
        count(m.sequence) AS born,
        bool_and(
            m.points = a.granted AND (m.cause NOT IN ('order', 'transfer') OR m.cause_id = a.order_id)
        ) AS as_granted
    FROM accrual AS a
    LEFT JOIN movement AS m
        ON m.bucket = a.bucket AND m.program = a.program AND m.accrual_id = a.accrual_id
        AND (
            m.kind IN ('earned', 'imported', 'transferred_in')
            -- What a person gave is born of the adjustment.
            OR (m.kind = 'adjusted' AND m.cause = 'adjustment' AND m.cause_id = a.order_id)
        )
    WHERE a.program = $1
    GROUP BY a.accrual_id
), facts AS (
    SELECT
        born <> 1 OR NOT as_granted AS broken, format('accrual %s was born %s times', accrual_id, born) AS finding
    FROM births
    UNION ALL
    SELECT e.position IS NULL, format('document %s has no event', encode(d.key, 'hex'))
    FROM document_key AS d
    LEFT JOIN event AS e ON e.partition = d.partition AND e.position = d.position
    WHERE d.program = $1 AND d.state = 'POSTED'
    UNION ALL
    SELECT e.position IS NULL, format('movement %s of %s lies in no event', m.sequence, m.home)
    FROM movement AS m
    LEFT JOIN event AS e ON e.partition = m.partition AND e.position = m.position
    WHERE m.program = $1
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
