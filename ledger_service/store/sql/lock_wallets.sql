-- Locks the wallets of a batch in one order and reads them; the row lock is what serializes a member.
-- $1 buckets, $2 programs, $3 roots
SELECT
    w.program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time, w.last_activity_time,
    w.next_expire_time, w.pending_until, w.fence, w.merge_seq
FROM wallet AS w
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, member)
    ON w.bucket = k.bucket AND w.program = k.program AND w.member = k.member
ORDER BY w.bucket, w.program, w.member
FOR UPDATE OF w
