-- What has lapsed by a time, and what lapses next (so that the next expiry is known): of what does not roll, and of
-- each span by which something rolls. What rolls lapses that span after the wallet's last activity, if that is later;
-- so all of one span lapse together once their own expiry is over.
-- $1 buckets, $2 program, $3 homes, $4 until, $5 last activity
WITH RECURSIVE span AS (
    SELECT k.bucket, k.home, s.rolling_months, s.rolling_days
    FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = k.bucket AND program = $2 AND home = k.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months > 0 OR rolling_days > 0)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
    UNION ALL
    SELECT p.bucket, p.home, s.rolling_months, s.rolling_days
    FROM span AS p
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = p.bucket AND program = $2 AND home = p.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months > 0 OR rolling_days > 0)
            AND (rolling_months, rolling_days) > (p.rolling_months, p.rolling_days)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
), rolling AS (
    SELECT
        bucket, home, rolling_months, rolling_days,
        coalesce(
            ($5::timestamptz AT TIME ZONE 'UTC' + make_interval(months => rolling_months, days => rolling_days))
                AT TIME ZONE 'UTC' > $4,
            false
        ) AS goes_on
    FROM span
), due AS (
    SELECT k.bucket, d.accrual_id
    FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
    CROSS JOIN (VALUES (true), (false)) AS s (unrestricted)
    CROSS JOIN LATERAL (
        SELECT accrual_id
        FROM accrual
        WHERE bucket = k.bucket AND program = $2 AND home = k.home AND remaining > 0
            AND (scope = '') = s.unrestricted AND expire_time <= $4 AND rolling_months = 0 AND rolling_days = 0
        UNION ALL
        (
            SELECT accrual_id
            FROM accrual
            WHERE bucket = k.bucket AND program = $2 AND home = k.home AND remaining > 0
                AND (scope = '') = s.unrestricted AND expire_time > $4 AND rolling_months = 0 AND rolling_days = 0
            ORDER BY expire_time
            LIMIT 1
        )
    ) AS d
    UNION ALL
    SELECT r.bucket, d.accrual_id
    FROM rolling AS r
    CROSS JOIN LATERAL (
        SELECT accrual_id
        FROM accrual
        WHERE NOT r.goes_on AND bucket = r.bucket AND program = $2 AND home = r.home AND remaining > 0
            AND rolling_months = r.rolling_months AND rolling_days = r.rolling_days
            AND (rolling_months > 0 OR rolling_days > 0) AND expire_time <= $4
        UNION ALL
        (
            SELECT accrual_id
            FROM accrual
            WHERE bucket = r.bucket AND program = $2 AND home = r.home AND remaining > 0
                AND rolling_months = r.rolling_months AND rolling_days = r.rolling_days
                AND (rolling_months > 0 OR rolling_days > 0)
                AND expire_time > CASE WHEN r.goes_on THEN '-infinity' ELSE $4 END
            ORDER BY expire_time
            LIMIT 1
        )
    ) AS d
)
SELECT
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired, a.rolling_months,
    a.rolling_days, a.corrected, a.shift, a.origin_id
FROM due
JOIN accrual AS a ON a.bucket = due.bucket AND a.program = $2 AND a.accrual_id = due.accrual_id
