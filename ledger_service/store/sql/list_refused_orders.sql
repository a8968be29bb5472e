-- Refused uploads that were not posted since, oldest first: a page of so many, or of so many bytes if that is less, but
-- at least one. `found` is how many there were up to one more than asked for.
-- $1 program, $2 locations (null: all), $3 source (empty: all), $4 brands that a sale may have lines of (null: any),
-- $5 first time and $6 key of the last one seen (null: from the start), $7 limit, $8 bytes of documents
SELECT
    p.key, p.program, p.fingerprint, p.caller, p.request_id, p.document, p.refusal, p.first_time, p.last_time, p.tries,
    p.found
FROM (
    SELECT
        n.key, n.program, n.fingerprint, n.caller, n.request_id, n.document, n.refusal, n.first_time, n.last_time,
        n.tries, count(*) OVER () AS found, row_number() OVER so_far AS place,
        sum(octet_length(n.document)) OVER so_far - octet_length(n.document) AS before
    FROM (
        SELECT
            r.key, r.program, r.fingerprint, r.caller, r.request_id, r.document, r.refusal, r.first_time, r.last_time,
            r.tries
        FROM refused_order AS r
        WHERE r.program = $1
            AND ($2::text[] IS NULL OR r.location_id = ANY ($2))
            AND ($3::text = '' OR r.source = $3)
            AND ($4::text[] IS NULL OR NOT EXISTS (
                SELECT
                FROM jsonb_array_elements(convert_from(r.document, 'UTF8')::jsonb -> 'lines') AS line
                WHERE line ->> 'brand' <> ALL (array_prepend('', $4))
            ))
            AND ($5::timestamptz IS NULL OR (r.first_time, r.key) > ($5, $6::bytea))
            AND NOT EXISTS (
                SELECT FROM document_key AS d
                WHERE d.key = r.key AND d.state = 'POSTED' AND (d.fingerprint = r.fingerprint OR NOT r.contested)
            )
        ORDER BY r.first_time, r.key
        LIMIT $7::integer + 1
    ) AS n
    WINDOW so_far AS (ORDER BY n.first_time, n.key)
) AS p
WHERE p.place <= $7::integer AND p.before < $8::bigint
ORDER BY p.place
