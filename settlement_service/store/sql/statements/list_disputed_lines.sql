-- Lines in dispute now that one entity owes or is owed. $1 program, $2 entity.
SELECT d.line_id, d.dispute_id, d.document::jsonb ->> 'debtor_entity_id' AS debtor,
       d.document::jsonb ->> 'creditor_entity_id' AS creditor,
       d.document::jsonb -> 'amount' ->> 'currency_code' AS currency_code,
       (d.document::jsonb -> 'amount' ->> 'minor_units')::bigint AS minor_units, d.reason, d.signed_name
  FROM dispute AS d
 WHERE d.program = $1 AND d.close_time IS NULL
   AND $2::text IN (d.document::jsonb ->> 'debtor_entity_id', d.document::jsonb ->> 'creditor_entity_id')
 ORDER BY d.dispute_id
