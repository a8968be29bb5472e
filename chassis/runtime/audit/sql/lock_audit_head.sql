-- Locks the end of the chain: whoever holds it appends, of all processes of the service.
SELECT number, hash, record_time FROM audit_head FOR UPDATE
