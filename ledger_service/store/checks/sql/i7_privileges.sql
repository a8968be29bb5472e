-- I7: the serving role can neither change nor remove history
WITH kept AS (
    SELECT t.name, t.following
    FROM (
        VALUES
            ('movement', '{}'::text[]),
            ('obligation', '{}'),
            ('event', '{}'),
            ('period_cut', '{}'),
            -- Of documents, these columns follow what happens to them.
            ('posted_order', '{home,state,revision,document,redemptions,returns,corrections,facts,trimmed}'),
            ('posted_return', '{state,document,post_time,details}'),
            ('redemption', '{order_id,pieces}'),
            ('tier_record', '{}'),
            ('manual_tier', '{end_day}'),
            ('pooling_change', '{}'),
            ('shadow_difference', '{}'),
            ('balance_import_line', '{accrual_id,refusal,withdrawn}'),
            ('cross_spend', '{}')
    ) AS t (name, following)
), facts AS (
    SELECT
        has_table_privilege(current_user, k.name, p.privilege) AS broken,
        format('%s may %s %s', current_user, p.privilege, k.name) AS finding
    FROM kept AS k
    CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (privilege)
    UNION ALL
    -- A right to single columns is one too.
    SELECT
        has_column_privilege(current_user, k.name, c.column_name, 'UPDATE')
        AND NOT has_table_privilege(current_user, k.name, 'UPDATE'),
        format('%s may UPDATE %s of %s', current_user, c.column_name, k.name)
    FROM kept AS k
    JOIN information_schema.columns AS c
        ON c.table_schema = 'public' AND c.table_name = k.name AND c.column_name <> ALL (k.following)
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
