-- Obligations are appended, one row per funder.
INSERT INTO obligation (
    bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id
)
SELECT
    bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::smallint[], $6::text[], $7::text[], $8::text[],
    $9::bigint[], $10::text[]
) AS row (
    bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id
)
