-- Appends journal entries. One array per column; accounts, counterparties and amounts of an entry as one text with
-- commas between, which no id and no number holds (a stray one would break the constraint entry_is_whole).
-- $1 programs, $2 numbers, $3 entities, $4 currencies, $5 homes, $6 movement sequences, $7 accounts,
-- $8 counterparties, $9 amounts, $10 hashes.
INSERT INTO journal_entry (program, entry_number, entity_id, currency_code, home_member_id, movement_sequence,
                           accounts, counterparties, amounts, hash)
SELECT e.program, e.entry_number, e.entity_id, e.currency_code, e.home_member_id, e.movement_sequence,
       string_to_array(e.accounts, ','), string_to_array(e.counterparties, ','),
       string_to_array(e.amounts, ',')::bigint[], e.hash
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
              $9::text[], $10::bytea[])
       AS e (program, entry_number, entity_id, currency_code, home_member_id, movement_sequence, accounts,
             counterparties, amounts, hash)
