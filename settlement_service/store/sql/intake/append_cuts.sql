-- Records the barriers of periods. $1 programs, $2 sequences, $3 partitions, $4 positions, $5 periods, $6 times.
INSERT INTO period_cut (program, sequence, partition, position, period, cut_time)
SELECT program, sequence, partition, position, period, cut_time
  FROM unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[], $5::text[], $6::timestamptz[])
    AS row (program, sequence, partition, position, period, cut_time)
