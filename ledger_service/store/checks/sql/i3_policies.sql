-- I3: movements owe what their accruals say is owed: nothing where who redeems bears it, and to whom own prices belong
-- $1 program
WITH spent AS (
    SELECT
        m.home, m.sequence, m.kind, m.cause, m.price, m.place_entity, a.settlement_policy, r.redeemer,
        EXISTS (
            SELECT 1
            FROM obligation AS o
            WHERE o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
        ) AS owes
    FROM movement AS m
    JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
    LEFT JOIN redemption AS r ON m.kind = 'redeemed' AND r.program = m.program AND r.redemption_id = m.cause_id
    WHERE m.program = $1 AND m.kind IN ('redeemed', 'restored') AND a.settlement_policy <> 'reimburse'
), facts AS (
    SELECT
        s.settlement_policy = 'none' AND (s.owes OR s.price IS DISTINCT FROM 0)
            OR s.cause = 'repayment' AND s.place_entity <> ''
            OR s.cause <> 'repayment' AND s.place_entity = ''
            OR s.place_entity <> coalesce(s.redeemer, s.place_entity) AS broken,
        format('movement %s of %s: %s points of policy %s have the price %s%s, spent with %s', s.sequence, s.home,
               s.kind, s.settlement_policy, s.price, CASE WHEN s.owes THEN ' and are owed for' END,
               coalesce(nullif(s.place_entity, ''), 'nobody')) AS finding
    FROM spent AS s
    UNION ALL
    SELECT
        (a.settlement_policy, a.reserve_entity) IS DISTINCT FROM (o.settlement_policy, o.reserve_entity),
        format('accrual %s: its policy is %s of %s, that of its origin %s of %s', a.accrual_id, a.settlement_policy,
               a.reserve_entity, o.settlement_policy, o.reserve_entity)
    FROM accrual AS a
    JOIN accrual AS o ON o.program = a.program AND o.accrual_id = a.origin_id
    WHERE a.program = $1 AND a.origin_id <> ''
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
