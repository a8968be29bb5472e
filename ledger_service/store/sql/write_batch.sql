-- Everything a batch writes, in one statement and one round trip: what became of its keys, the last state of every
-- row it touched, what it appends, and the lane's head.
--
-- Parameters are columns, part by part in the order they stand here (`store/writes.py` builds them); a part with
-- nothing to write has empty columns. The last five: partition, epoch, position before, position after, last hash.
-- `wallets` says how many known wallets were still as we had read them, `heads` is 0 if another process took the lane.
WITH settled_requests AS (
    UPDATE request_key AS r
    SET
        partition = row.partition, position = row.position, refusal = row.refusal
    FROM unnest(
        $1::bytea[], $2::smallint[], $3::bigint[], $4::bytea[]
    ) AS row (
        key, partition, position, refusal
    )
    WHERE r.key = row.key
), settled_documents AS (
    UPDATE document_key AS d
    SET
        partition = row.partition, position = row.position
    FROM unnest(
        $5::bytea[], $6::smallint[], $7::bigint[]
    ) AS row (
        key, partition, position
    )
    WHERE d.key = row.key
), new_wallets AS (
    INSERT INTO wallet (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq, next_hold_time
    )
    SELECT
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq, next_hold_time
    FROM unnest(
        $8::smallint[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
        $15::bigint[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::bigint[],
        $21::bigint[], $22::timestamptz[]
    ) AS row (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq, next_hold_time
    )
), changed_wallets AS (
    UPDATE wallet AS w
    SET
        version = row.version, balance = row.balance, positive = row.positive, held = row.held, debt = row.debt,
        last_post_time = row.last_post_time, last_activity_time = row.last_activity_time, next_expire_time =
        row.next_expire_time, pending_until = row.pending_until, fence = row.fence, merge_seq = row.merge_seq,
        next_hold_time = row.next_hold_time
    FROM unnest(
        $23::smallint[], $24::text[], $25::text[], $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[],
        $30::bigint[], $31::timestamptz[], $32::timestamptz[], $33::timestamptz[], $34::timestamptz[], $35::bigint[],
        $36::bigint[], $37::timestamptz[]
    ) AS row (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, pending_until, fence, merge_seq, next_hold_time
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
        $38::smallint[], $39::text[], $40::text[], $41::bigint[], $42::bytea[]
    ) AS row (
        bucket, program, member, length, hash
    )
    ON CONFLICT (bucket, program, member) DO UPDATE SET length = excluded.length, hash = excluded.hash
), new_accruals AS (
    INSERT INTO accrual (
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
        kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, rolling_months, rolling_days,
        origin_id, remaining, held, reversed, expired, corrected, shift
    )
    SELECT
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
        kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, rolling_months, rolling_days,
        origin_id, remaining, held, reversed, expired, corrected, shift
    FROM unnest(
        $43::smallint[], $44::text[], $45::text[], $46::text[], $47::text[], $48::integer[], $49::text[], $50::text[],
        $51::text[], $52::text[], $53::integer[], $54::text[], $55::text[], $56::text[], $57::text[], $58::text[],
        $59::text[], $60::text[], $61::text[], $62::text[], $63::bigint[], $64::bigint[], $65::text[], $66::bigint[],
        $67::bigint[], $68::timestamptz[], $69::timestamptz[], $70::timestamptz[], $71::integer[], $72::integer[],
        $73::text[], $74::bigint[], $75::bigint[], $76::bigint[], $77::bigint[], $78::bigint[], $79::bigint[]
    ) AS row (
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
        kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, rolling_months, rolling_days,
        origin_id, remaining, held, reversed, expired, corrected, shift
    )
), changed_accruals AS (
    UPDATE accrual AS a
    SET
        remaining = row.remaining, held = row.held, reversed = row.reversed, expired = row.expired, corrected =
        row.corrected, shift = row.shift, available_time = row.available_time, expire_time = row.expire_time
    FROM unnest(
        $80::smallint[], $81::text[], $82::text[], $83::bigint[], $84::bigint[], $85::bigint[], $86::bigint[],
        $87::bigint[], $88::bigint[], $89::timestamptz[], $90::timestamptz[]
    ) AS row (
        bucket, program, accrual_id, remaining, held, reversed, expired, corrected, shift, available_time, expire_time
    )
    WHERE a.bucket = row.bucket AND a.program = row.program AND a.accrual_id = row.accrual_id
), burns AS (
    INSERT INTO burn (
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, post_time, pays_home,
        pays_sequence, debtor, repaid_points, repaid_price, restored_points, restored_price
    )
    SELECT
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, post_time, pays_home,
        pays_sequence, debtor, repaid_points, repaid_price, restored_points, restored_price
    FROM unnest(
        $91::smallint[], $92::text[], $93::text[], $94::text[], $95::bigint[], $96::bigint[], $97::text[],
        $98::bigint[], $99::text[], $100::timestamptz[], $101::text[], $102::bigint[], $103::text[], $104::bigint[],
        $105::bigint[], $106::bigint[], $107::bigint[]
    ) AS row (
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, post_time, pays_home,
        pays_sequence, debtor, repaid_points, repaid_price, restored_points, restored_price
    )
    ON CONFLICT (bucket, program, accrual_id, home, sequence) DO UPDATE
    SET
        repaid_points = excluded.repaid_points, repaid_price = excluded.repaid_price,
        restored_points = excluded.restored_points, restored_price = excluded.restored_price
), returned_lines AS (
    INSERT INTO returned_line (
        bucket, program, order_id, line_number, home, basis, returned, sold
    )
    SELECT
        bucket, program, order_id, line_number, home, basis, returned, sold
    FROM unnest(
        $108::smallint[], $109::text[], $110::text[], $111::integer[], $112::text[], $113::text[], $114::bigint[],
        $115::bigint[]
    ) AS row (
        bucket, program, order_id, line_number, home, basis, returned, sold
    )
    ON CONFLICT (bucket, program, order_id, line_number) DO UPDATE
    SET home = excluded.home, returned = excluded.returned
), orders AS (
    INSERT INTO posted_order (
        bucket, program, order_id, home, state, revision, document, post_time, redemptions, returns, corrections,
        occur_time, location_id
    )
    SELECT
        bucket, program, order_id, home, state, revision, document, post_time, string_to_array(redemptions, ','),
        string_to_array(returns, ','), string_to_array(corrections, ','), occur_time, location_id
    FROM unnest(
        $116::smallint[], $117::text[], $118::text[], $119::text[], $120::text[], $121::text[], $122::bytea[],
        $123::timestamptz[], $124::text[], $125::text[], $126::text[], $127::timestamptz[], $128::text[]
    ) AS row (
        bucket, program, order_id, home, state, revision, document, post_time, redemptions, returns, corrections,
        occur_time, location_id
    )
), returns AS (
    INSERT INTO posted_return (
        bucket, program, return_id, home, document, post_time, state, location_id, park_time, details
    )
    SELECT
        bucket, program, return_id, home, document, post_time, state, location_id, park_time, details
    FROM unnest(
        $129::smallint[], $130::text[], $131::text[], $132::text[], $133::bytea[], $134::timestamptz[], $135::text[],
        $136::text[], $137::timestamptz[], $138::bytea[]
    ) AS row (
        bucket, program, return_id, home, document, post_time, state, location_id, park_time, details
    )
    ON CONFLICT (bucket, program, return_id) DO UPDATE
    SET
        document = excluded.document, post_time = excluded.post_time, state = excluded.state,
        details = excluded.details
), redemptions AS (
    INSERT INTO redemption (
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time, authorization_id, order_id, pieces
    )
    SELECT
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time, authorization_id, order_id, pieces
    FROM unnest(
        $139::smallint[], $140::text[], $141::text[], $142::text[], $143::text[], $144::text[], $145::text[],
        $146::bigint[], $147::text[], $148::bigint[], $149::bigint[], $150::bigint[], $151::text[], $152::timestamptz[],
        $153::timestamptz[], $154::text[], $155::text[], $156::bytea[]
    ) AS row (
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time, authorization_id, order_id, pieces
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
        $157::smallint[], $158::text[], $159::text[], $160::bigint[], $161::text[], $162::text[], $163::bigint[],
        $164::bigint[], $165::bigint[], $166::text[], $167::text[], $168::integer[], $169::text[], $170::bigint[],
        $171::text[], $172::bigint[], $173::text[], $174::bigint[], $175::timestamptz[], $176::timestamptz[],
        $177::timestamptz[], $178::timestamptz[], $179::smallint[], $180::bigint[], $181::bytea[]
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
        $182::smallint[], $183::text[], $184::text[], $185::bigint[], $186::smallint[], $187::text[], $188::text[],
        $189::text[], $190::bigint[], $191::text[]
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
        $192::smallint[], $193::bigint[], $194::text[], $195::text[], $196::timestamptz[], $197::bytea[], $198::bytea[],
        $199::bytea[]
    ) AS row (
        partition, position, program, type, post_time, payload, answer, hash
    )
), moved_head AS (
    UPDATE head SET position = $203, hash = $204
    WHERE partition = $200 AND epoch = $201 AND position = $202
    RETURNING partition
)
SELECT
    (SELECT count(*) FROM changed_wallets) AS wallets,
    (SELECT count(*) FROM moved_head) AS heads
