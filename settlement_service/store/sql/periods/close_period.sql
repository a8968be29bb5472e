-- Signs a period off. Its last day is the latest of anything in it or before; of nothing at all, the cut's.
-- $1 program, $2 period, $3 name, $4 signed name, $5 caller, $6 note, $7 checklist, $8 close time.
INSERT INTO closed_period (program, period, sequence, cut_positions, figures_hash, close_time, signed_name, caller,
                           note, checklist, last_day)
SELECT $1, $3, $2,
       (SELECT array_agg(position ORDER BY partition) FROM period_cut WHERE program = $1 AND sequence = $2),
       figures_hash($1, $2), $8, $4, $5, $6, $7,
       coalesce(
           greatest(
               (SELECT last_day FROM closed_period WHERE program = $1 AND sequence = $2 - 1),
               (SELECT max(day) FROM account_day WHERE program = $1 AND period_sequence = $2),
               (SELECT max(day) FROM brand_day WHERE program = $1 AND period_sequence = $2)
           ),
           (SELECT max((cut_time AT TIME ZONE 'UTC')::date) FROM period_cut WHERE program = $1 AND sequence = $2)
       )
