-- Keeps an event that could not be booked, as it came; one that is parked again keeps its first time.
-- $1 partition, $2 position, $3 program, $4 hash, $5 the event as it came, $6 reason.
INSERT INTO parked_event (partition, position, program, hash, encoded, reason)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (partition, position)
    DO UPDATE SET hash = excluded.hash, encoded = excluded.encoded, reason = excluded.reason, resolve_time = NULL
