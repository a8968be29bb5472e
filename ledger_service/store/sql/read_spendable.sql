-- The first positive accruals of each home in burn order, through the index of that order: as many as hold the
-- points asked for, and no more than a limit. `seen` is how many there were up to the limit.
-- $1 roots (which wallet a home belongs to), $2 buckets, $3 programs, $4 homes, $5 points, $6 limit per home
SELECT k.root, a.seen,
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired, a.rolling_months,
    a.rolling_days, a.corrected, a.shift, a.origin_id, a.limits,
    a.settlement_policy, a.reserve_entity
FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::bigint[]) AS k (root, bucket, program, home, points)
CROSS JOIN LATERAL (
    SELECT
        program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal, kind,
        revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held, reversed, expired, rolling_months,
        rolling_days, corrected, shift, origin_id, limits, settlement_policy, reserve_entity,
        sum(remaining) OVER (
            ORDER BY (scope = ''), expire_time, earn_time, order_id, line_number, rule_ordinal, rule_id
            ROWS UNBOUNDED PRECEDING
        ) - remaining AS before,
        count(*) OVER () AS seen
    FROM (
        SELECT
            program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal, kind,
            revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
            rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held, reversed, expired, rolling_months,
        rolling_days, corrected, shift, origin_id, limits, settlement_policy, reserve_entity
        FROM accrual
        WHERE bucket = k.bucket AND program = k.program AND home = k.home AND remaining > 0
        ORDER BY (scope = ''), expire_time, earn_time, order_id, line_number, rule_ordinal, rule_id
        LIMIT $6
    ) AS first
) AS a
WHERE a.before < k.points
