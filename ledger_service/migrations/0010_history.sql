-- Wallets as they were: what every accrual of some homes came to at an instant, folded from its movements.

CREATE FUNCTION accruals_at(
    asked_program text, asked_buckets smallint[], asked_homes text[], asked_time timestamptz
) RETURNS TABLE (
    accrual_id     text,
    brand          text,
    remaining      bigint,
    held           bigint,
    available_time timestamptz,
    lapse_time     timestamptz
)
LANGUAGE sql STABLE
AS $$
WITH past AS MATERIALIZED (
    -- The last of each, found in one pass: an array with the sequence in front is greatest where that is.
    SELECT
        m.bucket, m.accrual_id,
        max(ARRAY[m.sequence, m.remaining_after, m.held_after]) AS state,
        max(ARRAY['epoch'::timestamptz + m.sequence * interval '1 microsecond', m.available_time])
            FILTER (WHERE m.available_time IS NOT NULL) AS available,
        max(ARRAY['epoch'::timestamptz + m.sequence * interval '1 microsecond', m.expire_time])
            FILTER (WHERE m.expire_time IS NOT NULL) AS expiry,
        max(m.post_time) FILTER (
            WHERE m.kind = 'earned' AND m.cause = 'order' OR m.kind = 'redeemed' AND m.cause = 'redemption'
        ) AS active_time
    FROM unnest(asked_buckets, asked_homes) AS k (bucket, home)
    -- Offsets and limits keep the planner from reading whole tables for one member's history.
    CROSS JOIN LATERAL (
        SELECT
            n.bucket, n.accrual_id, n.sequence, n.kind, n.cause, n.remaining_after, n.held_after, n.post_time,
            n.available_time, n.expire_time
        FROM movement AS n
        WHERE n.bucket = k.bucket AND n.program = asked_program AND n.home = k.home AND n.post_time <= asked_time
        OFFSET 0
    ) AS m
    GROUP BY m.bucket, m.accrual_id
), freed AS (
    SELECT f.accrual_id, sum(f.points)::bigint AS points
    FROM (
        -- Holds whose time had run out, and that nothing has touched since.
        SELECT part ->> 'accrual_id' AS accrual_id, (part ->> 'points')::bigint AS points
        FROM unnest(asked_buckets, asked_homes) AS k (bucket, home)
        JOIN hold AS h
            ON h.bucket = k.bucket AND h.program = asked_program AND h.root = k.home AND h.state = 'open'
            AND h.time_out <= asked_time
        CROSS JOIN LATERAL jsonb_array_elements(convert_from(h.details, 'UTF8')::jsonb -> 'parts') AS part
        UNION ALL
        -- Holds whose time had run out, which was booked only later.
        SELECT m.accrual_id, m.points
        FROM unnest(asked_buckets, asked_homes) AS k (bucket, home)
        CROSS JOIN LATERAL (
            SELECT n.accrual_id, n.points, n.cause_id
            FROM movement AS n
            WHERE n.bucket = k.bucket AND n.program = asked_program AND n.home = k.home AND n.post_time > asked_time
                AND n.kind = 'unheld'
            OFFSET 0
        ) AS m
        JOIN hold AS h
            ON h.bucket = ANY (asked_buckets) AND h.program = asked_program AND h.hold_id = m.cause_id
        WHERE h.state = 'timed_out' AND h.time_out <= asked_time
    ) AS f
    GROUP BY f.accrual_id
)
SELECT
    p.accrual_id, a.brand,
    p.state[2] + coalesce(f.points, 0), p.state[3] - coalesce(f.points, 0),
    p.available[2],
    CASE WHEN p.expiry IS NOT NULL THEN greatest(
        p.expiry[2],
        -- What rolls lapses a span after the wallet's last activity; months are those of UTC.
        CASE WHEN a.rolling_months + a.rolling_days > 0 THEN (
            (SELECT max(active_time) FROM past) AT TIME ZONE 'UTC'
            + make_interval(months => a.rolling_months, days => a.rolling_days)
        ) AT TIME ZONE 'UTC' END
    ) END
FROM past AS p
CROSS JOIN LATERAL (
    SELECT c.brand, c.rolling_months, c.rolling_days
    FROM accrual AS c
    WHERE c.bucket = p.bucket AND c.program = asked_program AND c.accrual_id = p.accrual_id
    LIMIT 1
) AS a
LEFT JOIN freed AS f ON f.accrual_id = p.accrual_id
$$;
COMMENT ON FUNCTION accruals_at IS
    'Accruals of homes as of a time: what was committed up to and at it, and holds that had run out by then.';
