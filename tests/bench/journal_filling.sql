-- Fills the books of one program with movements: every other one a sale, the rest redemptions elsewhere.
-- $1 program, $2 movements, $3 homes.
WITH wanted AS (
    SELECT i, 'mem_' || (i % $3::bigint) AS home, i / $3::bigint + 1 AS sequence, i % 2 = 0 AS spends,
           timestamptz '2026-10-01 00:00Z' + i * interval '1 second' AS moment
      FROM generate_series(1::bigint, $2::bigint) AS i
), events AS (
    INSERT INTO booked_event (partition, position, program, event_type, subject_id, revision, location_id,
                              operator_entity_id, region, channel, brand_id, redeemer_entity_id, occur_time, post_time,
                              hash)
    SELECT 0, i, $1::text, CASE WHEN spends THEN 'POINTS_REDEEMED' ELSE 'ORDER_POSTED' END, 'ord_' || i, 'rev_1',
           'L-' || i % 500, 'operator_' || i % 40, 'south', 'store', 'LINDEN', 'linden', moment, moment,
           sha256(i::text::bytea)
      FROM wanted
), movements AS (
    INSERT INTO booked_movement (program, home_member_id, sequence, partition, position, kind, cause, cause_id,
                                 spent_at, points, outstanding_after, accrual_id, brand_id, issuer_entity_id,
                                 rule_version, order_id, line_number, rule_id, revision, funders, currency_code,
                                 redeemer_entity_id, value_currency, value, price_currency, price)
    SELECT $1::text, home, sequence, 0, i, CASE WHEN spends THEN 'REDEEMED' ELSE 'EARNED' END, 'ORDER', 'ord_' || i,
           CASE WHEN spends THEN 'CROSS' ELSE '' END, 100, CASE WHEN spends THEN 0 ELSE 100 END, 'acc_' || home,
           'NORTH', 'north', encode(sha256('rule'), 'hex'), 'ord_' || home, 1, 'north_base', 'rev_1',
           'north=6500,hq=3500', 'USD', 'linden', 'USD', 80, 'USD', 80
      FROM wanted
), entries AS (
    SELECT i, home, sequence, 'north' AS entity,
           CASE WHEN spends THEN '{points_liability,due_to}' ELSE '{promotional_expense,points_liability}' END AS accounts,
           CASE WHEN spends THEN '{"",linden}' ELSE '{"",""}' END AS counterparties, 1 AS part,
           CASE WHEN spends THEN '{points_outstanding,points_redeemed}' ELSE '{points_earned,points_outstanding}' END
               AS point_accounts
      FROM wanted
     UNION ALL
    SELECT i, home, sequence, 'linden', '{due_from,redemption_clearing}', '{north,""}', 2, '{}'
      FROM wanted
     WHERE spends
)
INSERT INTO journal_entry (program, entry_number, entity_id, currency_code, home_member_id, movement_sequence, accounts,
                           counterparties, amounts, hash, point_accounts, point_amounts, encoding)
SELECT $1::text, row_number() OVER (ORDER BY i, part), entity, 'USD', home, sequence, accounts::text[],
       counterparties::text[], ARRAY[80, -80], sha256(i::text::bytea), point_accounts::text[],
       CASE WHEN point_accounts = '{}' THEN '{}' ELSE ARRAY[100::bigint, -100] END, 2
  FROM entries
