-- The end of the chain, and the first and the last record there is, which are null in an empty log: as of one moment.
SELECT
    number,
    hash,
    (SELECT min(audit_log.number) FROM audit_log) AS first_number,
    (SELECT max(audit_log.number) FROM audit_log) AS last_number
FROM audit_head
