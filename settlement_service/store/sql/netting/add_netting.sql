-- Keeps a netting. $1 program, $2 id, $3 period sequence, $4 method, $5 settlement currency, $6 revision, $7 document,
-- $8 hash, $9 caller, $10 name, $11 post time.
INSERT INTO netting (program, netting_id, period_sequence, method, settlement_currency, revision, document, hash, caller,
                     signed_name, post_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
