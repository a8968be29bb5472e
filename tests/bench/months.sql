-- A month of one program: $1 movements of thirty days, half of them sales of twenty brands, half redemptions of their
-- points at the next brand's entity, each with the entries of both. Totals by day are summed from the entries.
WITH wanted AS (
    SELECT i, i % 2 = 0 AS spends, 'e' || (i / 2) % 20 AS issuer, 'e' || (i / 2 + 1) % 20 AS redeemer,
           timestamptz '2026-10-01 00:00Z' + i * interval '30 days' / ($1::bigint + 1) AS moment
      FROM generate_series(1::bigint, $1::bigint) AS i
), events AS (
    INSERT INTO booked_event (partition, position, program, event_type, subject_id, revision, location_id,
                              operator_entity_id, region, channel, brand_id, redeemer_entity_id, occur_time, post_time,
                              hash)
    SELECT 0, i, 'bench', CASE WHEN spends THEN 'POINTS_REDEEMED' ELSE 'ORDER_POSTED' END, 'ord_' || i, 'rev_1', 'L-1',
           'e0', 'south', 'store', redeemer, redeemer, moment, moment, sha256(i::text::bytea)
      FROM wanted
), movements AS (
    INSERT INTO booked_movement (program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at,
                                 points, outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version,
                                 order_id, line_number)
    SELECT 'bench', 'mem', i, 0, i, CASE WHEN spends THEN 'REDEEMED' ELSE 'EARNED' END, 'ORDER', 'ord_' || i,
           CASE WHEN spends THEN 'CROSS' ELSE '' END, 100, CASE WHEN spends THEN 0 ELSE 100 END, 'acc_' || i, issuer,
           issuer, 'rule', 'ord_' || i, 1
      FROM wanted
), entries AS (
    INSERT INTO journal_entry (program, entry_number, entity_id, currency_code, home_member_id, movement_sequence,
                               accounts, counterparties, amounts, hash, encoding)
    SELECT 'bench', 2 * i + part, entity, 'USD', 'mem', i, accounts, counterparties, ARRAY[80, -80],
           sha256(i::text::bytea), 2
      FROM (
        SELECT i, 0 AS part, issuer AS entity,
               CASE WHEN spends THEN ARRAY['points_liability', 'due_to']
                    ELSE ARRAY['promotional_expense', 'points_liability'] END AS accounts,
               CASE WHEN spends THEN ARRAY['', redeemer] ELSE ARRAY['', ''] END AS counterparties
          FROM wanted
         UNION ALL
        SELECT i, 1, redeemer, ARRAY['due_from', 'redemption_clearing'], ARRAY[issuer, '']
          FROM wanted
         WHERE spends
      ) AS entry
), accounts AS (
    INSERT INTO account_day (program, period_sequence, day, entity_id, currency_code, account, counterparty, brand_id,
                             amount, debits)
    SELECT 'bench', 1, (moment AT TIME ZONE 'UTC')::date, entity, 'USD', account, counterparty, issuer, sum(amount),
           sum(greatest(amount, 0))
      FROM wanted
     CROSS JOIN LATERAL (
        VALUES (NOT spends, issuer, 'promotional_expense', '', 80),
               (NOT spends, issuer, 'points_liability', '', -80),
               (spends, issuer, 'points_liability', '', 80),
               (spends, issuer, 'due_to', redeemer, -80),
               (spends, redeemer, 'due_from', issuer, 80),
               (spends, redeemer, 'redemption_clearing', '', -80)
     ) AS posted (applies, entity, account, counterparty, amount)
     WHERE applies
     GROUP BY 3, 4, 6, 7, 8
)
INSERT INTO brand_day (program, period_sequence, day, brand_id, kind, spent_at, at_brand_id, points, outstanding, debt)
SELECT 'bench', 1, (moment AT TIME ZONE 'UTC')::date, issuer, CASE WHEN spends THEN 'REDEEMED' ELSE 'EARNED' END,
       CASE WHEN spends THEN 'CROSS' ELSE '' END, CASE WHEN spends THEN redeemer ELSE '' END, sum(100),
       sum(CASE WHEN spends THEN -100 ELSE 100 END), 0
  FROM wanted
 GROUP BY 3, 4, 5, 6, 7
