-- Begins a cursor for partitions met for the first time. $1 partitions.
INSERT INTO log_cursor (partition)
SELECT unnest($1::integer[])
    ON CONFLICT (partition) DO NOTHING
