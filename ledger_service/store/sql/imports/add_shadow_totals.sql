-- Adds comparisons to the totals of a shadow.
-- $1 text: program. $2 text: existing program. $3 integer: shadow. $4 text[]: kinds. $5 text[]: brands. $6 text[]: rules.
-- $7 bigint[]: compared. $8 bigint[]: differing. $9 numeric[]: old amounts. $10 numeric[]: ours.
INSERT INTO shadow_total AS kept (
    program, source, number, kind, brand, rule, compared, differing, old_amount, mesh_amount
)
SELECT $1, $2, $3, one.*
FROM unnest($4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::numeric[], $10::numeric[]) AS one
ON CONFLICT (program, source, number, kind, brand, rule) DO UPDATE
SET
    compared = kept.compared + excluded.compared, differing = kept.differing + excluded.differing,
    old_amount = kept.old_amount + excluded.old_amount, mesh_amount = kept.mesh_amount + excluded.mesh_amount
