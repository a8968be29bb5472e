-- What has lapsed by a time, and what lapses next (so that the next expiry is known), of each span by which something
-- rolls; what does not roll counts as a span of nothing. What rolls lapses that span after the wallet's last activity,
-- if that is later; so all of one span lapse together once their own expiry is over.
-- $1 buckets, $2 program, $3 homes, $4 until, $5 last activity of each home
WITH RECURSIVE span AS (
    SELECT k.bucket, k.home, k.activity, 0 AS rolling_months, 0 AS rolling_days
    FROM unnest($1::smallint[], $3::text[], $5::timestamptz[]) AS k (bucket, home, activity)
    UNION ALL
    SELECT p.bucket, p.home, p.activity, s.rolling_months, s.rolling_days
    FROM span AS p
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = p.bucket AND program = $2 AND home = p.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months, rolling_days) > (p.rolling_months, p.rolling_days)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
), lapsing AS (
    SELECT
        bucket, home, rolling_months, rolling_days,
        (rolling_months > 0 OR rolling_days > 0) AND coalesce(
            (activity AT TIME ZONE 'UTC' + make_interval(months => rolling_months, days => rolling_days))
                AT TIME ZONE 'UTC' > $4,
            false
        ) AS goes_on
    FROM span
), due AS (
    SELECT l.bucket, d.accrual_id
    FROM lapsing AS l
    CROSS JOIN LATERAL (
        SELECT accrual_id
        FROM accrual
        WHERE NOT l.goes_on AND bucket = l.bucket AND program = $2 AND home = l.home AND remaining > 0
            AND rolling_months = l.rolling_months AND rolling_days = l.rolling_days AND expire_time <= $4
        UNION ALL
        (
            SELECT accrual_id
            FROM accrual
            WHERE bucket = l.bucket AND program = $2 AND home = l.home AND remaining > 0
                AND rolling_months = l.rolling_months AND rolling_days = l.rolling_days
                AND expire_time > CASE WHEN l.goes_on THEN '-infinity' ELSE $4 END
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
    a.rolling_days, a.corrected, a.shift, a.origin_id, a.limits,
    a.settlement_policy, a.reserve_entity
FROM due
-- A limit keeps the planner from reading whole buckets for a few accruals.
CROSS JOIN LATERAL (
    SELECT
        program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal, kind,
        revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held, reversed,
        expired, rolling_months, rolling_days, corrected, shift, origin_id, limits, settlement_policy, reserve_entity
    FROM accrual
    WHERE bucket = due.bucket AND program = $2 AND accrual_id = due.accrual_id
    LIMIT 1
) AS a
