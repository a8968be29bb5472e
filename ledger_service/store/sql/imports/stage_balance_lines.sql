-- Keeps lines as they are taken.
-- $1 text: program. $2 text: import. $3 integer[]: numbers. $4 bytea[]: hashes. $5 text[]: kinds. $6 text[]: faults.
-- $7 text[]: fields. $8 text[]: homes. $9 text[]: brands. $10 bigint[]: old points. $11 bigint[]: new points.
-- $12 bigint[]: remainders. $13 timestamptz[]: earned. $14 timestamptz[]: spendable. $15 timestamptz[]: expiry.
-- $16 text[]: ladders. $17 text[]: tiers. $18 date[]: until.
INSERT INTO balance_import_line (
    program, import_id, line_number, content_hash, kind, fault, field, home, brand, old_points, new_points, remainder,
    earn_time, available_time, expire_time, ladder_id, tier_id, until
)
SELECT $1, $2, line.*
FROM unnest(
    $3::integer[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[],
    $11::bigint[], $12::bigint[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::text[], $17::text[],
    $18::date[]
) AS line
