-- Keeps the identifiers of well-formed lines.
-- $1 text: program. $2 text: import. $3 integer[]: numbers. $4 integer[]: ordinals. $5 smallint[]: kinds.
-- $6 bytea[]: fingerprints. $7 boolean[]: verified. $8 boolean[]: brought.
INSERT INTO member_import_identifier (
    program_id, import_id, line_number, ordinal, kind, fingerprint, verified, brought
)
SELECT $1, $2, one.number, one.ordinal, one.kind, one.fingerprint, one.verified, one.brought
FROM unnest($3::integer[], $4::integer[], $5::smallint[], $6::bytea[], $7::boolean[], $8::boolean[])
    AS one (number, ordinal, kind, fingerprint, verified, brought)
