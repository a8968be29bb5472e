-- The end of the chain.
SELECT number, hash, record_time FROM audit_head
