-- Everything a batch writes, in one statement and one round trip: what became of its keys, the last state of every
-- row it touched, what it appends, and the lane's head.
--
-- Parameters are columns, part by part in the order they stand here (`store/writes.py` builds them); a part with
-- nothing to write has empty columns. The last five: partition, epoch, position before, position after, last hash.
-- `wallets` says how many known wallets were still as we had read them, `heads` is 0 if another process took the lane.
WITH settled_requests AS (
    UPDATE request_key AS r
    SET partition = row.partition, position = row.position, refusal = row.refusal
    FROM unnest(
        $1::bytea[], $2::smallint[], $3::bigint[], $4::bytea[]
    ) AS row (
        key, partition, position, refusal
    )
    WHERE r.key = row.key
), settled_documents AS (
    UPDATE document_key AS d
    SET partition = row.partition, position = row.position
    FROM unnest(
        $5::bytea[], $6::smallint[], $7::bigint[]
    ) AS row (
        key, partition, position
    )
    WHERE d.key = row.key
), new_wallets AS (
    INSERT INTO wallet (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq
    )
    SELECT
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq
    FROM unnest(
        $8::smallint[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
        $15::bigint[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[],
        $20::bigint[], $21::bigint[]
    ) AS row (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq
    )
), changed_wallets AS (
    UPDATE wallet AS w
    SET
        version = row.version, balance = row.balance, positive = row.positive, held = row.held, debt = row.debt,
        last_post_time = row.last_post_time, last_activity_time = row.last_activity_time,
        next_expire_time = row.next_expire_time, pending_until = row.pending_until, fence = row.fence,
        merge_seq = row.merge_seq
    FROM unnest(
        $22::smallint[], $23::text[], $24::text[], $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[],
        $29::bigint[], $30::timestamptz[], $31::timestamptz[], $32::timestamptz[], $33::timestamptz[],
        $34::bigint[], $35::bigint[]
    ) AS row (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq
    )
    WHERE w.bucket = row.bucket AND w.program = row.program AND w.member = row.member AND w.version < row.version
    RETURNING w.member
), chains AS (
    INSERT INTO home (
        bucket, program, member, length, hash
    )
    SELECT
        bucket, program, member, length, hash
    FROM unnest(
        $36::smallint[], $37::text[], $38::text[], $39::bigint[], $40::bytea[]
    ) AS row (
        bucket, program, member, length, hash
    )
    ON CONFLICT (bucket, program, member) DO UPDATE SET length = excluded.length, hash = excluded.hash
), new_accruals AS (
    INSERT INTO accrual (
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version,
        rule_ordinal, kind, revision, offer_id, funders, location_id, operator, region, channel, currency,
        rate_numerator, rate_denominator, scope, desired, granted, earn_time, available_time, expire_time,
        remaining, held, reversed, expired
    )
    SELECT
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version,
        rule_ordinal, kind, revision, offer_id, funders, location_id, operator, region, channel, currency,
        rate_numerator, rate_denominator, scope, desired, granted, earn_time, available_time, expire_time,
        remaining, held, reversed, expired
    FROM unnest(
        $41::smallint[], $42::text[], $43::text[], $44::text[], $45::text[], $46::integer[], $47::text[],
        $48::text[], $49::text[], $50::text[], $51::integer[], $52::text[], $53::text[], $54::text[], $55::text[],
        $56::text[], $57::text[], $58::text[], $59::text[], $60::text[], $61::bigint[], $62::bigint[], $63::text[],
        $64::bigint[], $65::bigint[], $66::timestamptz[], $67::timestamptz[], $68::timestamptz[], $69::bigint[],
        $70::bigint[], $71::bigint[], $72::bigint[]
    ) AS row (
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version,
        rule_ordinal, kind, revision, offer_id, funders, location_id, operator, region, channel, currency,
        rate_numerator, rate_denominator, scope, desired, granted, earn_time, available_time, expire_time,
        remaining, held, reversed, expired
    )
), changed_accruals AS (
    UPDATE accrual AS a
    SET
        remaining = row.remaining, held = row.held, reversed = row.reversed, expired = row.expired,
        available_time = row.available_time, expire_time = row.expire_time
    FROM unnest(
        $73::smallint[], $74::text[], $75::text[], $76::bigint[], $77::bigint[], $78::bigint[], $79::bigint[],
        $80::timestamptz[], $81::timestamptz[]
    ) AS row (
        bucket, program, accrual_id, remaining, held, reversed, expired, available_time, expire_time
    )
    WHERE a.bucket = row.bucket AND a.program = row.program AND a.accrual_id = row.accrual_id
), burns AS (
    INSERT INTO burn (
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, repaid_points, repaid_price
    )
    SELECT
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, repaid_points, repaid_price
    FROM unnest(
        $82::smallint[], $83::text[], $84::text[], $85::text[], $86::bigint[], $87::bigint[], $88::text[],
        $89::bigint[], $90::text[], $91::bigint[], $92::bigint[]
    ) AS row (
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, repaid_points, repaid_price
    )
    ON CONFLICT (bucket, program, accrual_id, home, sequence) DO UPDATE
    SET repaid_points = excluded.repaid_points, repaid_price = excluded.repaid_price
), returned_lines AS (
    INSERT INTO returned_line (
        bucket, program, order_id, line_number, home, basis, returned, sold
    )
    SELECT
        bucket, program, order_id, line_number, home, basis, returned, sold
    FROM unnest(
        $93::smallint[], $94::text[], $95::text[], $96::integer[], $97::text[], $98::text[], $99::bigint[],
        $100::bigint[]
    ) AS row (
        bucket, program, order_id, line_number, home, basis, returned, sold
    )
    ON CONFLICT (bucket, program, order_id, line_number) DO UPDATE SET returned = excluded.returned
), orders AS (
    INSERT INTO posted_order (
        bucket, program, order_id, home, state, revision, document, post_time
    )
    SELECT
        bucket, program, order_id, home, state, revision, document, post_time
    FROM unnest(
        $101::smallint[], $102::text[], $103::text[], $104::text[], $105::text[], $106::text[], $107::bytea[],
        $108::timestamptz[]
    ) AS row (
        bucket, program, order_id, home, state, revision, document, post_time
    )
), returns AS (
    INSERT INTO posted_return (
        bucket, program, return_id, home, document, post_time
    )
    SELECT
        bucket, program, return_id, home, document, post_time
    FROM unnest(
        $109::smallint[], $110::text[], $111::text[], $112::text[], $113::bytea[], $114::timestamptz[]
    ) AS row (
        bucket, program, return_id, home, document, post_time
    )
), redemptions AS (
    INSERT INTO redemption (
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time
    )
    SELECT
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time
    FROM unnest(
        $115::smallint[], $116::text[], $117::text[], $118::text[], $119::text[], $120::text[], $121::text[],
        $122::bigint[], $123::text[], $124::bigint[], $125::bigint[], $126::bigint[], $127::text[],
        $128::timestamptz[], $129::timestamptz[]
    ) AS row (
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time
    )
), movements AS (
    INSERT INTO movement (
        bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
        line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
        available_time, expire_time, partition, position, hash
    )
    SELECT
        bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
        line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
        available_time, expire_time, partition, position, hash
    FROM unnest(
        $130::smallint[], $131::text[], $132::text[], $133::bigint[], $134::text[], $135::text[], $136::bigint[],
        $137::bigint[], $138::bigint[], $139::text[], $140::text[], $141::integer[], $142::text[], $143::bigint[],
        $144::text[], $145::bigint[], $146::text[], $147::bigint[], $148::timestamptz[], $149::timestamptz[],
        $150::timestamptz[], $151::timestamptz[], $152::smallint[], $153::bigint[], $154::bytea[]
    ) AS row (
        bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
        line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
        available_time, expire_time, partition, position, hash
    )
), obligations AS (
    INSERT INTO obligation (
        bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id
    )
    SELECT
        bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id
    FROM unnest(
        $155::smallint[], $156::text[], $157::text[], $158::bigint[], $159::smallint[], $160::text[], $161::text[],
        $162::text[], $163::bigint[], $164::text[]
    ) AS row (
        bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id
    )
), events AS (
    INSERT INTO event (
        partition, position, program, type, post_time, payload, answer, hash
    )
    SELECT
        partition, position, program, type, post_time, payload, answer, hash
    FROM unnest(
        $165::smallint[], $166::bigint[], $167::text[], $168::text[], $169::timestamptz[], $170::bytea[],
        $171::bytea[], $172::bytea[]
    ) AS row (
        partition, position, program, type, post_time, payload, answer, hash
    )
), moved_head AS (
    UPDATE head SET position = $176, hash = $177
    WHERE partition = $173 AND epoch = $174 AND position = $175
    RETURNING partition
)
SELECT
    (SELECT count(*) FROM changed_wallets) AS wallets,
    (SELECT count(*) FROM moved_head) AS heads
