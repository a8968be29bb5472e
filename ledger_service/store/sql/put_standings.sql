-- Keeps how far ladders were followed, and appends what is known of members' tiers.
-- Tracks: $1 buckets, $2 programs, $3 roots, $4 ladder ids, $5 marks, $6 followed through, $7 totals, $8 next changes,
-- $9 turns
-- Records: $10 buckets, $11 programs, $12 homes, $13 ladder ids, $14 versions of the wallet, $15 first days, $16 tiers,
-- $17 days of the next change, $18 times of posting, $19 partitions, $20 positions
WITH tracks AS (
    INSERT INTO ladder_track (bucket, program, root, ladder_id, ladder, through, total, changes, turns)
    SELECT bucket, program, root, ladder_id, ladder, through, total, changes, turns
    FROM unnest(
        $1::smallint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::date[], $7::numeric[], $8::date[],
        $9::bytea[]
    ) AS row (bucket, program, root, ladder_id, ladder, through, total, changes, turns)
    ON CONFLICT (bucket, program, root, ladder_id) DO UPDATE
    SET
        ladder = excluded.ladder, through = excluded.through, total = excluded.total, changes = excluded.changes,
        turns = excluded.turns
)
INSERT INTO tier_record (
    bucket, program, home, ladder_id, version, day, tier, until, post_time, partition, position
)
SELECT bucket, program, home, ladder_id, version, day, tier, until, post_time, partition, position
FROM unnest(
    $10::smallint[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::date[], $16::text[], $17::date[],
    $18::timestamptz[], $19::smallint[], $20::bigint[]
) AS row (bucket, program, home, ladder_id, version, day, tier, until, post_time, partition, position)
