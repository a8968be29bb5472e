-- I7: The serving role cannot change or remove history, and the database itself refuses an entry out of balance.
-- Asks the catalogue; the same for every program. $1 program.
  WITH fact AS (
    SELECT format('%s may %s %s', current_user, p.privilege, t.name) AS finding,
           NOT has_table_privilege(current_user, t.name, p.privilege)
               AND NOT (p.privilege = 'UPDATE' AND has_any_column_privilege(current_user, t.name, 'UPDATE')) AS holds
      FROM unnest(ARRAY['booked_event', 'booked_movement', 'journal_entry', 'period_cut', 'closed_period', 'period_balance',
                        'period_brand', 'voucher', 'request_key', 'netting', 'netting_line', 'payment', 'payment_step',
                        'invoice', 'reconciliation', 'reconciliation_difference', 'difference_acceptance',
                        'control_total']) AS t (name)
     CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p (privilege)
     UNION ALL
    SELECT format('%s acts for the owner of %s', current_user, c.relname), NOT pg_has_role(current_user, c.relowner, 'MEMBER')
      FROM pg_class AS c
     WHERE c.oid IN ('booked_event'::regclass, 'booked_movement'::regclass, 'journal_entry'::regclass,
                     'closed_period'::regclass, 'period_cut'::regclass, 'voucher'::regclass)
     UNION ALL
    SELECT format('constraint %s is not enforced', k.name), c.oid IS NOT NULL
      FROM unnest(ARRAY['entry_is_balanced', 'entry_is_whole', 'points_are_whole', 'entry_has_a_source']) AS k (name)
      LEFT JOIN pg_constraint AS c
        ON c.conname = k.name AND c.conrelid = 'journal_entry'::regclass AND c.contype = 'c' AND c.convalidated
     WHERE $1::text IS NOT NULL
     UNION ALL
    SELECT 'a closed period may be added to',
           EXISTS (SELECT FROM pg_trigger WHERE tgname = 'closed_periods_stay' AND tgenabled IN ('O', 'A')
                      AND tgrelid = 'journal_entry'::regclass)
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT f.holds) AS violations,
       (array_agg(f.finding ORDER BY f.finding) FILTER (WHERE NOT f.holds))[:20] AS findings
  FROM fact AS f
