-- I2: The running balance of every account, and what was posted to it by period and day, are the sums of its postings.
-- $1 program.
  WITH posted AS (
    SELECT e.period_sequence, (coalesce(v.post_time, u.post_time) AT TIME ZONE 'UTC')::date AS day, e.entity_id,
           s.currency_code, s.account, s.counterparty, coalesce(m.brand_id, '') AS brand_id,
           sum(s.amount) AS amount, sum(greatest(s.amount, 0)) AS debits
      FROM journal_entry AS e
     CROSS JOIN LATERAL (
        SELECT e.currency_code, account, counterparty, amount
          FROM unnest(e.accounts, e.counterparties, e.amounts) AS money (account, counterparty, amount)
         UNION ALL
        SELECT '', account, '', amount
          FROM unnest(e.point_accounts, e.point_amounts) AS points (account, amount)
     ) AS s
      LEFT JOIN booked_movement AS m
        ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
      LEFT JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
      LEFT JOIN voucher AS u ON u.program = e.program AND u.voucher_id = e.voucher_id AND e.voucher_id <> ''
     WHERE e.program = $1
     GROUP BY 1, 2, 3, 4, 5, 6, 7
  ), figure AS (
    SELECT period_sequence::text AS period, coalesce(day::text, '') AS day, entity_id, currency_code, account,
           counterparty, brand_id, amount, debits, 'posted' AS side
      FROM posted
     UNION ALL
    SELECT period_sequence::text, day::text, entity_id, currency_code, account, counterparty, brand_id, amount, debits,
           'kept'
      FROM account_day
     WHERE program = $1
     UNION ALL
    SELECT 'all', '', entity_id, currency_code, account, counterparty, brand_id, sum(amount), 0, 'posted'
      FROM posted
     GROUP BY entity_id, currency_code, account, counterparty, brand_id
     UNION ALL
    SELECT 'all', '', entity_id, currency_code, account, counterparty, brand_id, balance, 0, 'kept'
      FROM account_total
     WHERE program = $1
  ), both_sides AS (
    SELECT period, day, entity_id, currency_code, account, counterparty, brand_id,
           coalesce(sum(amount) FILTER (WHERE side = 'kept'), 0) AS running,
           coalesce(sum(amount) FILTER (WHERE side = 'posted'), 0) AS summed,
           coalesce(sum(debits) FILTER (WHERE side = 'kept'), 0) AS running_debits,
           coalesce(sum(debits) FILTER (WHERE side = 'posted'), 0) AS summed_debits
      FROM figure
     GROUP BY period, day, entity_id, currency_code, account, counterparty, brand_id
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE (running, running_debits) <> (summed, summed_debits)) AS violations,
       (array_agg(format('%s of %s in %s, counterparty "%s", brand %s, period %s %s: total %s (debits %s), postings %s '
                         '(debits %s)', account, entity_id, currency_code, counterparty, brand_id, period, day,
                         running, running_debits, summed, summed_debits) ORDER BY entity_id, account, period, day)
           FILTER (WHERE (running, running_debits) <> (summed, summed_debits)))[:20] AS findings
  FROM both_sides
