-- I3: a redemption's pieces are its movements and what was restored of them, and no obligations exceed their price
-- $1 program
WITH moved AS (
    SELECT m.cause_id, sum(m.points) AS points, sum(m.value) AS value, min(m.value_currency) AS currency
    FROM movement AS m
    WHERE m.program = $1 AND m.kind = 'redeemed' AND m.cause = 'redemption'
    GROUP BY m.cause_id
), piece AS (
    SELECT
        r.redemption_id, p.value #>> '{movement,0}' AS home, (p.value #>> '{movement,1}')::bigint AS sequence,
        p.value ->> 'accrual_id' AS accrual_id, (p.value ->> 'points')::bigint AS points,
        (p.value ->> 'value')::bigint AS value, coalesce((p.value ->> 'restored_points')::bigint, 0) AS restored_points,
        coalesce((p.value ->> 'restored_value')::bigint, 0) AS restored_value
    FROM redemption AS r
    CROSS JOIN jsonb_array_elements(convert_from(r.pieces, 'UTF8')::jsonb) AS p (value)
    WHERE r.program = $1
), pieces AS (
    SELECT
        p.redemption_id, p.home, p.sequence, p.accrual_id, sum(p.points) AS points, sum(p.value) AS value,
        sum(p.restored_points) AS restored_points,
        bool_or(p.restored_points NOT BETWEEN 0 AND p.points OR p.restored_value NOT BETWEEN 0 AND p.value) AS beyond
    FROM piece AS p
    GROUP BY p.redemption_id, p.home, p.sequence, p.accrual_id
), burnt AS (
    SELECT m.cause_id, m.home, m.sequence, m.accrual_id, m.points, m.value, b.restored_points
    FROM movement AS m
    JOIN redemption AS r ON r.program = m.program AND r.redemption_id = m.cause_id
    LEFT JOIN burn AS b
        ON b.bucket = m.bucket AND b.program = m.program AND b.accrual_id = m.accrual_id AND b.home = m.home
        AND b.sequence = m.sequence
    WHERE m.program = $1 AND m.kind = 'redeemed' AND m.cause = 'redemption'
), worth AS (
    SELECT p.accrual_id, sum(p.restored_value) AS restored_value
    FROM piece AS p
    GROUP BY p.accrual_id
), given_back AS (
    SELECT m.accrual_id, sum(m.value) AS value
    FROM movement AS m
    WHERE m.program = $1 AND m.kind = 'restored' AND m.cause <> 'repayment'
    GROUP BY m.accrual_id
), owed AS (
    SELECT m.bucket, m.home, m.sequence, m.price, sum(o.amount) AS amount
    FROM movement AS m
    JOIN obligation AS o
        ON o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
    WHERE m.program = $1
    GROUP BY m.bucket, m.home, m.sequence, m.price
), facts AS (
    SELECT
        (p.points, p.value, p.currency) IS DISTINCT FROM (r.points::numeric, r.value::numeric, r.currency) AS broken,
        format('redemption %s: pieces say %s points, it says %s', coalesce(r.redemption_id, p.cause_id), p.points,
               r.points) AS finding
    FROM (SELECT redemption_id, points, value, currency FROM redemption WHERE program = $1) AS r
    FULL JOIN moved AS p ON p.cause_id = r.redemption_id
    UNION ALL
    SELECT
        p.beyond IS DISTINCT FROM false
            OR (p.accrual_id, p.points, p.value, p.restored_points)
            IS DISTINCT FROM
            (b.accrual_id, b.points::numeric, b.value::numeric, coalesce(b.restored_points, p.restored_points)),
        format('redemption %s: its pieces of movement %s of %s say %s points worth %s, %s restored, kept are %s, %s, %s',
               coalesce(p.redemption_id, b.cause_id), coalesce(p.sequence, b.sequence), coalesce(p.home, b.home),
               p.points, p.value, p.restored_points, b.points, b.value, b.restored_points)
    FROM pieces AS p
    FULL JOIN burnt AS b ON b.cause_id = p.redemption_id AND b.home = p.home AND b.sequence = p.sequence
    UNION ALL
    SELECT
        coalesce(g.value, 0) IS DISTINCT FROM coalesce(w.restored_value, 0),
        format('accrual %s: pieces say %s was restored of what it was worth, movements say %s',
               coalesce(w.accrual_id, g.accrual_id), w.restored_value, g.value)
    FROM worth AS w
    FULL JOIN given_back AS g ON g.accrual_id = w.accrual_id
    UNION ALL
    SELECT
        owed.price IS NULL OR abs(owed.amount) > abs(owed.price),
        format('movement %s of %s: %s is owed, its price is %s', owed.sequence, owed.home, owed.amount, owed.price)
    FROM owed
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
