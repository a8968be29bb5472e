-- Says that a process lives, for how long, and where the others call it.
-- $1 name, $2 address, $3 lease in seconds
INSERT INTO process (name, address, alive_until)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (name) DO UPDATE SET address = excluded.address, alive_until = excluded.alive_until
