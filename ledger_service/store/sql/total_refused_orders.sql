-- Refused uploads that were not posted since, by reason and currency.
-- $1 program, $2 locations (null: all), $3 source (empty: all), $4 brands that a sale may have lines of (null: any)
SELECT r.reason, r.currency, count(r.key) AS orders, sum(r.total) AS amount
FROM refused_order AS r
WHERE r.program = $1
    AND ($2::text[] IS NULL OR r.location_id = ANY ($2))
    AND ($3::text = '' OR r.source = $3)
    AND ($4::text[] IS NULL OR NOT EXISTS (
        SELECT
        FROM jsonb_array_elements(convert_from(r.document, 'UTF8')::jsonb -> 'lines') AS line
        WHERE line ->> 'brand' <> ALL (array_prepend('', $4))
    ))
    AND NOT EXISTS (
        SELECT FROM document_key AS d
        WHERE d.key = r.key AND d.state = 'POSTED' AND (d.fingerprint = r.fingerprint OR NOT r.contested)
    )
GROUP BY r.reason, r.currency
ORDER BY r.reason, r.currency
