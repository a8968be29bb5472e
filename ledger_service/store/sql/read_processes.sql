-- The ledger processes that live.
SELECT name, address FROM process WHERE alive_until > clock_timestamp() ORDER BY name
