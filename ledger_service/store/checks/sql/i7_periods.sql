-- I7: every cut of a period lies in the log, in every partition, and behind the one before it
-- $1 program
WITH cuts AS (
    SELECT
        c.sequence, c.period, c.partition, c.position, c.cut_time,
        lag(c.sequence, 1, 0::bigint) OVER before AS sequence_before,
        lag(c.period) OVER before AS period_before,
        lag(c.position, 1, 0::bigint) OVER before AS position_before,
        lag(c.cut_time, 1, '-infinity'::timestamptz) OVER before AS time_before
    FROM period_cut AS c
    WHERE c.program = $1
    WINDOW before AS (PARTITION BY c.partition ORDER BY c.sequence)
), events AS (
    SELECT partition, position, post_time, convert_from(payload, 'UTF8')::jsonb AS payload
    FROM event
    WHERE program = $1 AND type = 'period_cut'
), facts AS (
    SELECT
        c.period IS NULL OR e.position IS NULL OR e.post_time <> c.cut_time OR e.payload ->> 'subject_id' <> c.period
            OR e.payload -> 'movements' <> '[]' AS broken,
        CASE
            WHEN c.period IS NULL THEN format('event %s/%s cuts no period', e.partition, e.position)
            ELSE format('%s ends at %s/%s: there is no such event', c.period, c.partition, c.position)
        END AS finding
    FROM cuts AS c
    FULL JOIN events AS e ON e.partition = c.partition AND e.position = c.position
    UNION ALL
    SELECT
        c.sequence <> c.sequence_before + 1 OR c.position <= c.position_before OR c.cut_time < c.time_before
            OR c.period <> to_char(to_date(c.period_before, 'YYYY-MM') + interval '1 month', 'YYYY-MM'),
        format('%s, the period %s, is not behind the one before it in partition %s', c.period, c.sequence, c.partition)
    FROM cuts AS c
    UNION ALL
    SELECT
        count(*) <> (SELECT partitions FROM installation) OR count(DISTINCT c.period) <> 1
            OR count(DISTINCT c.cut_time) <> 1,
        format('%s, the period %s, is not cut once in every partition', min(c.period), c.sequence)
    FROM cuts AS c
    GROUP BY c.sequence
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
