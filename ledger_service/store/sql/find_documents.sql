-- Directory entries of documents, with the stored answers. Of a key that is not there the entry behind it is read instead,
-- which `key` tells: so what is absent costs what is there but hidden, and the time tells nobody which it is (ADR 0073).
-- $1 keys, each once
SELECT asked.key AS asked, d.key, d.fingerprint, d.state, d.program, d.home, d.partition, d.position, e.type, e.answer
FROM unnest($1::bytea[]) AS asked (key)
CROSS JOIN LATERAL (
    SELECT key, fingerprint, state, program, home, partition, position
    FROM document_key AS behind
    WHERE behind.key >= asked.key AND behind.state <> 'AWAITED'
    ORDER BY behind.key
    LIMIT 1
) AS d
LEFT JOIN event AS e ON e.partition = d.partition AND e.position = d.position
