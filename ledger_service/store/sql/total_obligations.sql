-- What entities owe each other up to a cursor.
-- $1 program, $2 partitions, $3 positions
SELECT o.debtor, o.creditor, o.currency, sum(o.amount) AS amount
FROM obligation AS o
JOIN movement AS m
    ON m.bucket = o.bucket AND m.program = o.program AND m.home = o.home AND m.sequence = o.sequence
JOIN unnest($2::smallint[], $3::bigint[]) AS c (partition, position)
    ON m.partition = c.partition AND m.position <= c.position
WHERE o.program = $1
GROUP BY o.debtor, o.creditor, o.currency
ORDER BY o.debtor, o.creditor, o.currency
