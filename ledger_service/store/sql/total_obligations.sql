-- What entities owe each other up to a cursor, by what the accruals of the points say is owed. What a place owes for
-- points made good with money goes straight to their funders, whatever they say.
-- $1 program, $2 partitions, $3 positions
SELECT o.debtor, o.creditor, o.currency, p.settlement_policy, p.reserve_entity, sum(o.amount) AS amount
FROM obligation AS o
JOIN movement AS m
    ON m.bucket = o.bucket AND m.program = o.program AND m.home = o.home AND m.sequence = o.sequence
JOIN unnest($2::smallint[], $3::bigint[]) AS c (partition, position)
    ON m.partition = c.partition AND m.position <= c.position
JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
CROSS JOIN LATERAL (
    SELECT
        CASE m.kind WHEN 'adjusted' THEN 'reimburse' ELSE a.settlement_policy END AS settlement_policy,
        CASE m.kind WHEN 'adjusted' THEN '' ELSE a.reserve_entity END AS reserve_entity
) AS p
WHERE o.program = $1
GROUP BY o.debtor, o.creditor, o.currency, p.settlement_policy, p.reserve_entity
ORDER BY o.debtor, o.creditor, o.currency, p.settlement_policy, p.reserve_entity
