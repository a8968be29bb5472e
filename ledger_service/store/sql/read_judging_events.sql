-- The events that may tell what rules decided about an accrual: that of its birth, and those of its sale's corrections.
-- An accrual may have been born by one of them.
-- $1 bucket, $2 program, $3 home, $4 sequence of the birth, $5 directory keys of the corrections
SELECT e.payload
FROM event AS e
JOIN (
    SELECT m.partition, m.position
    FROM movement AS m
    WHERE m.bucket = $1 AND m.program = $2 AND m.home = $3 AND m.sequence = $4
    UNION
    SELECT d.partition, d.position
    FROM document_key AS d
    WHERE d.key = ANY($5::bytea[])
) AS k ON k.partition = e.partition AND k.position = e.position
