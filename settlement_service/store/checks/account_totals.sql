-- I2: The running balance of every account is the sum of its postings.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE both_sides.running IS DISTINCT FROM both_sides.summed) AS violations,
       (array_agg(format('%s of %s in %s, counterparty "%s", brand %s: total %s, postings %s', both_sides.account,
                         both_sides.entity_id, both_sides.currency_code, both_sides.counterparty,
                         both_sides.brand_id, both_sides.running, both_sides.summed)
                  ORDER BY both_sides.entity_id, both_sides.account)
           FILTER (WHERE both_sides.running IS DISTINCT FROM both_sides.summed))[:20] AS findings
  FROM (
    SELECT entity_id, currency_code, account, counterparty, brand_id, coalesce(t.running, 0) AS running,
           coalesce(s.summed, 0) AS summed
      FROM (
        SELECT entity_id, currency_code, account, counterparty, brand_id, balance AS running
          FROM account_total
         WHERE program = $1
      ) AS t
      FULL JOIN (
        SELECT p.entity_id, p.currency_code, p.account, p.counterparty, m.brand_id, sum(p.amount) AS summed
          FROM posting AS p
          JOIN booked_movement AS m
            ON m.program = p.program AND m.home_member_id = p.home_member_id AND m.sequence = p.movement_sequence
         WHERE p.program = $1
         GROUP BY p.entity_id, p.currency_code, p.account, p.counterparty, m.brand_id
      ) AS s USING (entity_id, currency_code, account, counterparty, brand_id)
  ) AS both_sides
