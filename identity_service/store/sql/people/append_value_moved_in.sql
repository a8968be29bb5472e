-- What an identifier that was moved to a member reads there: a link of its own, verified by its own entry.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 integer: the entry. $5 bytea: fingerprint.
-- $6 smallint: kind. $7 text: normalized value. $8 timestamptz: now. $9 boolean: whether it is settled.
INSERT INTO identifier_value (
    bucket, program_id, member_id, ordinal, fingerprint, kind, value, link_time, verify_ordinal, settled
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, $9)
