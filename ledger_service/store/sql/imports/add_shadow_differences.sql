-- Keeps lines on which both disagree.
-- $1 text: program. $2 text: existing program. $3 integer: shadow. $4 bigint[]: items. $5 integer[]: lines.
-- $6 text[]: kinds. $7 text[]: brands. $8 text[]: rules. $9 bigint[]: old amounts. $10 bigint[]: ours.
-- $11 text[]: explanations.
INSERT INTO shadow_difference (
    program, source, number, item, line_number, kind, brand, rule, old_amount, mesh_amount, explanation
)
SELECT $1, $2, $3, one.*
FROM unnest(
    $4::bigint[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::text[]
) AS one
