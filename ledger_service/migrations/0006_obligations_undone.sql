-- What restores need: a cent that comes back without a point, and the pieces of redemptions made before they were kept.

ALTER TABLE movement DROP CONSTRAINT movement_check;
ALTER TABLE movement ADD CONSTRAINT movement_points_check
    CHECK (points > 0 OR kind IN ('adjusted', 'repaid', 'rescheduled') OR (kind = 'restored' AND points = 0));

UPDATE redemption AS r
SET pieces = convert_to(made.pieces::text, 'UTF8')
FROM (
    SELECT
        m.program, m.cause_id,
        jsonb_agg(jsonb_build_object(
            'line_number', 1, 'movement', jsonb_build_array(m.home, m.sequence), 'accrual_id', m.accrual_id,
            'points', m.points, 'value', m.value,
            'agreements', (
                SELECT jsonb_agg(coalesce(o.agreement_id, '') ORDER BY f.place)
                FROM unnest(string_to_array(a.funders, ',')) WITH ORDINALITY AS f (funder, place)
                LEFT JOIN obligation AS o
                    ON o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
                    AND o.debtor = split_part(f.funder, '=', 1)
            )
        ) ORDER BY m.home, m.sequence) AS pieces
    FROM movement AS m
    JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
    WHERE m.kind = 'redeemed' AND m.cause = 'redemption'
    GROUP BY m.program, m.cause_id
) AS made
WHERE made.program = r.program AND made.cause_id = r.redemption_id AND r.pieces = '[]';
