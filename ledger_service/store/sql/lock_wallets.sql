-- Locks the rows of all homes of a batch's wallets in one order and reads them with the ends of their chains; the row
-- locks are what serializes a member. Only they are locked: whoever moves a chain changes its home's row too. Where a
-- row was waited for, the chain is the one from before: it is read again where another lane may have moved it.
-- $1 buckets, $2 programs, $3 homes
SELECT
    w.program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time, w.last_activity_time,
    w.next_expire_time, w.pending_until, w.fence, w.merge_seq, w.next_hold_time, h.length, h.hash
FROM wallet AS w
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, member)
    ON w.bucket = k.bucket AND w.program = k.program AND w.member = k.member
LEFT JOIN home AS h ON h.bucket = w.bucket AND h.program = w.program AND h.member = w.member
ORDER BY w.bucket, w.program, w.member
FOR UPDATE OF w
