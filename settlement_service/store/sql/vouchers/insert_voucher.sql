-- Records a voucher. $1 program, $2 id, $3 number, $4 kind, $5 period, $6 reason, $7 caller, $8 name, $9 subject,
-- $10 document, $11 post time.
INSERT INTO voucher (program, voucher_id, number, kind, period_sequence, reason, caller, signed_name, subject_id,
                     document, post_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
