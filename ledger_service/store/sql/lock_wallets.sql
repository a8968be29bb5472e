-- Locks the wallets of a batch in one order and reads them with the chains of their own homes; the row lock is what
-- serializes a member. Only the wallet is locked: whoever moves a chain also moves the lane's head, so that a chain
-- read too early is never committed.
-- $1 buckets, $2 programs, $3 roots
SELECT
    w.program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time, w.last_activity_time,
    w.next_expire_time, w.pending_until, w.fence, w.merge_seq, w.next_hold_time, h.length, h.hash
FROM wallet AS w
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, member)
    ON w.bucket = k.bucket AND w.program = k.program AND w.member = k.member
LEFT JOIN home AS h ON h.bucket = w.bucket AND h.program = w.program AND h.member = w.member
ORDER BY w.bucket, w.program, w.member
FOR UPDATE OF w
