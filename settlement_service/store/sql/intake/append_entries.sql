-- Appends journal entries. One array per column; accounts, counterparties and amounts of an entry as one text with
-- commas between, which no id and no number holds (a stray one would break the constraint entry_is_whole).
-- $1 programs, $2 numbers, $3 entities, $4 currencies, $5 periods, $6 vouchers, $7 homes, $8 movement sequences,
-- $9 accounts, $10 counterparties, $11 amounts, $12 point accounts, $13 point amounts, $14 hashes, $15 encoding.
INSERT INTO journal_entry (program, entry_number, entity_id, currency_code, period_sequence, voucher_id,
                           home_member_id, movement_sequence, accounts, counterparties, amounts, point_accounts,
                           point_amounts, hash, encoding)
SELECT e.program, e.entry_number, e.entity_id, e.currency_code, e.period_sequence, e.voucher_id, e.home_member_id,
       e.movement_sequence, string_to_array(e.accounts, ','),
       CASE WHEN e.accounts = '' THEN '{}' ELSE string_to_array(e.counterparties, ',') END,
       string_to_array(e.amounts, ',')::bigint[], string_to_array(e.point_accounts, ','),
       string_to_array(e.point_amounts, ',')::bigint[], e.hash, $15::smallint
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::bigint[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[])
       AS e (program, entry_number, entity_id, currency_code, period_sequence, voucher_id, home_member_id,
             movement_sequence, accounts, counterparties, amounts, point_accounts, point_amounts, hash)
