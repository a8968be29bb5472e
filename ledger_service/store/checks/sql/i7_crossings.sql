-- I7: what is kept of the first spending across an existing program's border happened, and it was the first of its lane
-- $1 program
--
-- Spending of points that came with its imports, elsewhere than at its locations, has always crossed. Of other points at
-- its locations that rests on when it was pooled, by the clock of who wrote it: what is kept of those is looked for alone.
WITH brought AS (
    SELECT import.source, line.home, line.accrual_id
    FROM balance_import AS import
    JOIN balance_import_line AS line ON line.program = import.program AND line.import_id = import.import_id
    WHERE import.program = $1 AND line.accrual_id <> ''
), spent AS (
    SELECT m.bucket, m.home, m.accrual_id, m.cause_id, m.post_time, m.partition, m.position
    FROM movement AS m
    WHERE m.program = $1
        AND (m.kind, m.cause) IN
            (('redeemed', 'redemption'), ('held', 'authorization'), ('transferred_out', 'transfer'))
        AND EXISTS (SELECT FROM balance_import AS one WHERE one.program = $1
            UNION ALL SELECT FROM cross_spend AS one WHERE one.program = $1)
), crossing AS (
    SELECT
        brought.source, spent.partition, spent.position, spent.cause_id,
        convert_from(event.payload, 'UTF8')::jsonb ->> 'location_id' AS location_id,
        coalesce(pooling.locations, ARRAY[]::text[]) AS locations
    FROM brought
    JOIN spent ON spent.home = brought.home AND spent.accrual_id = brought.accrual_id
    JOIN event ON event.partition = spent.partition AND event.position = spent.position
    LEFT JOIN pooling ON pooling.program = $1 AND pooling.source = brought.source
), crossed AS (
    SELECT source, partition, position, cause_id, location_id
    FROM crossing
    WHERE NOT location_id = ANY (locations)
), kept AS (
    SELECT kept.source, kept.redemption_id, kept.location_id, found.partition, found.position
    FROM cross_spend AS kept
    LEFT JOIN pooling ON pooling.program = kept.program AND pooling.source = kept.source
    LEFT JOIN LATERAL (
        SELECT spent.partition, spent.position
        FROM spent
        JOIN event ON event.partition = spent.partition AND event.position = spent.position
        JOIN accrual AS a
            ON a.bucket = spent.bucket AND a.program = $1 AND a.accrual_id = spent.accrual_id
        WHERE spent.cause_id = kept.redemption_id AND spent.post_time = kept.post_time
            AND convert_from(event.payload, 'UTF8')::jsonb ->> 'location_id' = kept.location_id
            AND (
                kept.location_id = ANY (pooling.locations)
                OR a.location_id = ANY (pooling.locations)
                OR EXISTS (
                    SELECT FROM brought
                    WHERE brought.source = kept.source AND brought.accrual_id = spent.accrual_id
                )
            )
        ORDER BY spent.position
        LIMIT 1
    ) AS found ON true
    WHERE kept.program = $1
), facts AS (
    SELECT
        kept.position IS NULL OR EXISTS (
            SELECT FROM crossed
            WHERE crossed.source = kept.source AND crossed.partition = kept.partition
                AND crossed.position < kept.position
        ) AS broken,
        format('of %s, %s at %s is kept to have crossed first', kept.source, kept.redemption_id, kept.location_id)
            AS finding
    FROM kept
    UNION ALL
    SELECT
        kept.source IS NULL,
        format('of %s, %s at %s has crossed and nothing is kept', first.source, first.cause_id, first.location_id)
    FROM (
        SELECT DISTINCT ON (source) source, cause_id, location_id
        FROM crossed
        ORDER BY source, partition, position
    ) AS first
    LEFT JOIN kept ON kept.source = first.source
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
