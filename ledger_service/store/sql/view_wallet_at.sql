-- A wallet as of a time: its totals, what of them is pending or has lapsed by then (accrual by accrual), and what
-- expires next.
-- $1 program, $2 home buckets, $3 homes, $4 time, $5 how many expiries
WITH past AS MATERIALIZED (
    SELECT
        accrual_id, brand, remaining, held, available_time, lapse_time,
        remaining > 0 AND coalesce(lapse_time <= $4, false) AS lapsed
    FROM accruals_at($1, $2::smallint[], $3::text[], $4)
), sums AS (
    SELECT
        coalesce(sum(remaining + held), 0)::bigint AS balance,
        coalesce(sum(greatest(remaining, 0)), 0)::bigint AS positive,
        coalesce(sum(held), 0)::bigint AS held,
        coalesce(sum(greatest(-(remaining + held), 0)), 0)::bigint AS debt,
        coalesce(sum(remaining) FILTER (WHERE remaining > 0 AND available_time > $4 AND NOT lapsed), 0)::bigint
            AS pending,
        coalesce(sum(remaining) FILTER (WHERE lapsed), 0)::bigint AS lapsed
    FROM past
), gone AS (
    SELECT
        coalesce(array_agg(g.accrual_id), '{}') AS lapsed_ids,
        coalesce(array_agg(g.brand), '{}') AS lapsed_brands,
        coalesce(array_agg(g.remaining), '{}') AS lapsed_points,
        coalesce(array_agg(g.lapse_time), '{}') AS lapse_times
    FROM (
        SELECT accrual_id, brand, remaining, lapse_time
        FROM past
        WHERE lapsed
        ORDER BY lapse_time, accrual_id
    ) AS g
), next AS (
    SELECT
        coalesce(array_agg(n.lapse_time), '{}') AS expire_times,
        coalesce(array_agg(n.points), '{}') AS expire_points
    FROM (
        SELECT lapse_time, sum(remaining)::bigint AS points
        FROM past
        WHERE remaining > 0 AND lapse_time > $4
        GROUP BY lapse_time
        ORDER BY lapse_time
        LIMIT $5
    ) AS n
)
SELECT
    sums.balance, sums.positive, sums.held, sums.debt, sums.pending, sums.lapsed,
    gone.lapsed_ids, gone.lapsed_brands, gone.lapsed_points, gone.lapse_times,
    next.expire_times, next.expire_points
FROM sums
CROSS JOIN gone
CROSS JOIN next
