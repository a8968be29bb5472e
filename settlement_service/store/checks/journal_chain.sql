-- I7: The journal's hash chain is unbroken from its first entry to its head, over entries and their lineage.
-- The encodings are those of settlement_service/domain/journal.py: tag, zero byte, JSON without white space. $1 program.
  WITH entry AS (
    SELECT e.entry_number,
           row_number() OVER in_order AS place,
           e.hash,
           sha256(lag(e.hash, 1, decode(repeat('00', 32), 'hex')) OVER in_order
                  || convert_to('journal_entry/' || e.encoding, 'UTF8') || '\x00'::bytea
                  || convert_to('[' || concat_ws(',',
                         to_json(e.program), e.entry_number, to_json(e.entity_id), to_json(e.currency_code),
                         CASE WHEN e.encoding > 1 THEN concat_ws(',', e.period_sequence, to_json(e.voucher_id)) END,
                         CASE WHEN e.voucher_id = '' THEN to_json(m.kind) ELSE '"VOUCHER"' END,
                         to_json(e.home_member_id), e.movement_sequence,
                         to_json(CASE WHEN e.voucher_id = '' THEN m.accrual_id ELSE '' END),
                         to_json(CASE WHEN e.voucher_id = '' THEN m.rule_version ELSE '' END),
                         to_json(CASE WHEN e.voucher_id = '' THEN m.order_id ELSE '' END),
                         CASE WHEN e.voucher_id = '' THEN m.line_number ELSE 0 END,
                         CASE WHEN e.voucher_id = '' THEN m.partition ELSE 0 END,
                         CASE WHEN e.voucher_id = '' THEN m.position ELSE 0 END,
                         (extract(epoch FROM coalesce(v.post_time, u.post_time)) * 1000000)::bigint,
                         '[' || (SELECT coalesce(string_agg(format('[%s,%s,%s]', to_json(p.account),
                                                                   to_json(p.counterparty), p.amount), ','
                                                            ORDER BY p.place), '')
                                   FROM unnest(e.accounts, e.counterparties, e.amounts)
                                        WITH ORDINALITY AS p (account, counterparty, amount, place)) || ']',
                         CASE WHEN e.encoding > 1 THEN
                         '[' || (SELECT coalesce(string_agg(format('[%s,%s]', to_json(p.account), p.amount), ','
                                                            ORDER BY p.place), '')
                                   FROM unnest(e.point_accounts, e.point_amounts)
                                        WITH ORDINALITY AS p (account, amount, place)) || ']' END)
                     || ']', 'UTF8')) AS expected,
           e.encoding > 1 OR (e.period_sequence = 1 AND e.voucher_id = '' AND cardinality(e.point_amounts) = 0) AS covered
      FROM journal_entry AS e
      LEFT JOIN booked_movement AS m
        ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
      LEFT JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
      LEFT JOIN voucher AS u ON u.program = e.program AND u.voucher_id = e.voucher_id AND e.voucher_id <> ''
     WHERE e.program = $1
    WINDOW in_order AS (ORDER BY e.entry_number)
  ), fact AS (
    SELECT format('entry %s is not what was chained there', entry_number) AS finding,
           hash IS NOT DISTINCT FROM expected AND entry_number = place AND covered AS holds,
           entry_number
      FROM entry
     UNION ALL
    SELECT format('the journal ends at entry %s, its head says %s', coalesce(last.entry_number, 0),
                  coalesce(h.entry_number, 0)),
           last.entry_number IS NOT DISTINCT FROM h.entry_number AND last.hash IS NOT DISTINCT FROM h.hash,
           0
      FROM (SELECT entry_number, hash FROM entry ORDER BY entry_number DESC LIMIT 1) AS last
      FULL JOIN (SELECT entry_number, hash FROM journal_head WHERE program = $1 AND entry_number > 0) AS h ON true
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT f.holds) AS violations,
       (array_agg(f.finding ORDER BY f.entry_number) FILTER (WHERE NOT f.holds))[:20] AS findings
  FROM fact AS f
