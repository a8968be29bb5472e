-- What redeemers bore up to a cursor of the prices of their own points that pass a reserve: price less obligations.
-- $1 program, $2 partitions, $3 positions
SELECT m.place_entity AS entity, m.price_currency AS currency, a.reserve_entity, sum(m.price - owed.amount) AS amount
FROM movement AS m
JOIN unnest($2::smallint[], $3::bigint[]) AS c (partition, position)
    ON m.partition = c.partition AND m.position <= c.position
JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(o.amount), 0) AS amount
    FROM obligation AS o
    WHERE o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
) AS owed
WHERE m.program = $1 AND m.place_entity <> '' AND m.kind IN ('redeemed', 'restored')
    AND a.settlement_policy = 'reserve'
GROUP BY m.place_entity, m.price_currency, a.reserve_entity
HAVING sum(m.price - owed.amount) <> 0
ORDER BY m.place_entity, m.price_currency, a.reserve_entity
