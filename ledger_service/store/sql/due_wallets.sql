-- Wallets of a program in which something may be due, the longest overdue first, page by page.
-- $1 program, $2 buckets, $3 now, $4 and $5 the last page's end (due time, member), $6 limit
SELECT member, version, least(next_expire_time, next_hold_time) AS due_time
FROM wallet
WHERE program = $1 AND (next_expire_time IS NOT NULL OR next_hold_time IS NOT NULL)
    AND least(next_expire_time, next_hold_time) <= $3 AND bucket = ANY($2::smallint[])
    AND (least(next_expire_time, next_hold_time), member) > ($4, $5::text)
ORDER BY least(next_expire_time, next_hold_time), member
LIMIT $6
