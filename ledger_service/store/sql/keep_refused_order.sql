-- Keeps a refused upload aside: one row a sale, as it was sent last.
-- $1 directory key, $2 program, $3 fingerprint, $4 caller, $5 request id, $6 source, $7 location, $8 currency,
-- $9 total, $10 document, $11 reason, $12 refusal, $13 time
INSERT INTO refused_order AS r (
    key, program, fingerprint, contested, caller, request_id, source, location_id, currency, total, document, reason,
    refusal, first_time, last_time
)
VALUES (
    $1::bytea, $2, $3, EXISTS (SELECT FROM document_key AS d WHERE d.key = $1 AND d.state = 'POSTED'), $4, $5, $6, $7,
    $8, $9, $10, $11, $12, $13::timestamptz, $13
)
ON CONFLICT (key) DO UPDATE
SET
    fingerprint = excluded.fingerprint, contested = excluded.contested, caller = excluded.caller,
    request_id = excluded.request_id, location_id = excluded.location_id, currency = excluded.currency,
    total = excluded.total, document = excluded.document, reason = excluded.reason, refusal = excluded.refusal,
    last_time = excluded.last_time, tries = r.tries + 1
