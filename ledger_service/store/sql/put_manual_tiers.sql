-- Keeps tiers set by hand; of one that is known only its end may change.
-- $1 buckets, $2 programs, $3 ids, $4 homes, $5 ladder ids, $6 tiers, $7 first days, $8 ends, $9 reasons, $10 approvers
INSERT INTO manual_tier (
    bucket, program, manual_id, home, ladder_id, tier, start_day, end_day, reason, approver
)
SELECT bucket, program, manual_id, home, ladder_id, tier, start_day, end_day, reason, approver
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[], $9::text[],
    $10::text[]
) AS row (bucket, program, manual_id, home, ladder_id, tier, start_day, end_day, reason, approver)
ON CONFLICT (bucket, program, manual_id) DO UPDATE SET end_day = excluded.end_day
