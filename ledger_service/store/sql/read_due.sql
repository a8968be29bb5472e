-- What has lapsed by a time, and the accruals that lapse next (so that the next expiry is known).
-- $1 buckets, $2 program, $3 homes, $4 until
SELECT
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
CROSS JOIN (VALUES (true), (false)) AS s (unrestricted)
CROSS JOIN LATERAL (
    SELECT
        program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal, kind,
        revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held,
        reversed, expired
    FROM accrual
    WHERE bucket = k.bucket AND program = $2 AND home = k.home AND remaining > 0
        AND (scope = '') = s.unrestricted AND expire_time <= $4
    UNION ALL
    (
        SELECT
            program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
            kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
            rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held,
            reversed, expired
        FROM accrual
        WHERE bucket = k.bucket AND program = $2 AND home = k.home AND remaining > 0
            AND (scope = '') = s.unrestricted AND expire_time > $4
        ORDER BY expire_time
        LIMIT 1
    )
) AS a
