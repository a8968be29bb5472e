-- Locks budgets, in order, with their limits as they are now; one whose limit has changed may tell its marks again.
-- $1 programs, $2 limits, $3 windows, $4 most points, $5 most minor units, $6 currencies, $7 marks that are passed
INSERT INTO budget AS b (program, limit_id, window_key, limit_points, limit_minor_units, currency)
SELECT program, limit_id, window_key, limit_points, limit_minor_units, currency
FROM (
    SELECT program, limit_id, window_key, limit_points, limit_minor_units, currency
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
        AS row (program, limit_id, window_key, limit_points, limit_minor_units, currency)
    ORDER BY program COLLATE "C", limit_id COLLATE "C", window_key COLLATE "C"
) AS sorted
ON CONFLICT (program, limit_id, window_key) DO UPDATE
SET
    limit_points = excluded.limit_points, limit_minor_units = excluded.limit_minor_units,
    -- What earns in another currency does not tell which the limit's is.
    currency = coalesce(nullif(excluded.currency, ''), b.currency),
    told = CASE
        WHEN b.limit_points IS NOT DISTINCT FROM excluded.limit_points
            AND b.limit_minor_units IS NOT DISTINCT FROM excluded.limit_minor_units THEN b.told
        ELSE least(b.told, (
            SELECT passed
            FROM unnest($1::text[], $2::text[], $3::text[], $7::integer[])
                AS mark (program, limit_id, window_key, passed)
            WHERE mark.program = b.program AND mark.limit_id = b.limit_id AND mark.window_key = b.window_key
        ))
    END
