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
        origin_id, remaining, held, reversed, expired, corrected, shift, limits, settlement_policy,
        reserve_entity
    )
    SELECT
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
        kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, rolling_months, rolling_days,
        origin_id, remaining, held, reversed, expired, corrected, shift, limits, settlement_policy,
        reserve_entity
    FROM unnest(
        $43::smallint[], $44::text[], $45::text[], $46::text[], $47::text[], $48::integer[], $49::text[], $50::text[],
        $51::text[], $52::text[], $53::integer[], $54::text[], $55::text[], $56::text[], $57::text[], $58::text[],
        $59::text[], $60::text[], $61::text[], $62::text[], $63::bigint[], $64::bigint[], $65::text[], $66::bigint[],
        $67::bigint[], $68::timestamptz[], $69::timestamptz[], $70::timestamptz[], $71::integer[], $72::integer[],
        $73::text[], $74::bigint[], $75::bigint[], $76::bigint[], $77::bigint[], $78::bigint[], $79::bigint[],
        $80::text[], $81::text[], $82::text[]
    ) AS row (
        bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
        kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
        rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, rolling_months, rolling_days,
        origin_id, remaining, held, reversed, expired, corrected, shift, limits, settlement_policy,
        reserve_entity
    )
), changed_accruals AS (
    UPDATE accrual AS a
    SET
        remaining = row.remaining, held = row.held, reversed = row.reversed, expired = row.expired, corrected =
        row.corrected, shift = row.shift, available_time = row.available_time, expire_time = row.expire_time
    FROM unnest(
        $83::smallint[], $84::text[], $85::text[], $86::bigint[], $87::bigint[], $88::bigint[], $89::bigint[],
        $90::bigint[], $91::bigint[], $92::timestamptz[], $93::timestamptz[]
    ) AS row (
        bucket, program, accrual_id, remaining, held, reversed, expired, corrected, shift, available_time, expire_time
    )
    WHERE a.bucket = row.bucket AND a.program = row.program AND a.accrual_id = row.accrual_id
), burns AS (
    INSERT INTO burn (
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, post_time, pays_home,
        pays_sequence, debtor, repaid_points, repaid_price, restored_points, restored_price, waived
    )
    SELECT
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, post_time, pays_home,
        pays_sequence, debtor, repaid_points, repaid_price, restored_points, restored_price, waived
    FROM unnest(
        $94::smallint[], $95::text[], $96::text[], $97::text[], $98::bigint[], $99::bigint[], $100::text[],
        $101::bigint[], $102::text[], $103::timestamptz[], $104::text[], $105::bigint[], $106::text[], $107::bigint[],
        $108::bigint[], $109::bigint[], $110::bigint[], $111::bigint[]
    ) AS row (
        bucket, program, accrual_id, home, sequence, points, currency, price, borne, post_time, pays_home,
        pays_sequence, debtor, repaid_points, repaid_price, restored_points, restored_price, waived
    )
    ON CONFLICT (bucket, program, accrual_id, home, sequence) DO UPDATE
    SET
        repaid_points = excluded.repaid_points, repaid_price = excluded.repaid_price,
        restored_points = excluded.restored_points, restored_price = excluded.restored_price,
        waived = excluded.waived
), returned_lines AS (
    INSERT INTO returned_line (
        bucket, program, order_id, line_number, home, basis, returned, sold
    )
    SELECT
        bucket, program, order_id, line_number, home, basis, returned, sold
    FROM unnest(
        $112::smallint[], $113::text[], $114::text[], $115::integer[], $116::text[], $117::text[], $118::bigint[],
        $119::bigint[]
    ) AS row (
        bucket, program, order_id, line_number, home, basis, returned, sold
    )
    ON CONFLICT (bucket, program, order_id, line_number) DO UPDATE
    SET home = excluded.home, returned = excluded.returned, sold = excluded.sold
), orders AS (
    INSERT INTO posted_order (
        bucket, program, order_id, home, state, revision, document, post_time, redemptions, returns, corrections,
        occur_time, location_id, local_day, facts, trimmed
    )
    SELECT
        bucket, program, order_id, home, state, revision, document, post_time, string_to_array(redemptions, ','),
        string_to_array(returns, ','), string_to_array(corrections, ','), occur_time, location_id, local_day, facts,
        trimmed
    FROM unnest(
        $120::smallint[], $121::text[], $122::text[], $123::text[], $124::text[], $125::text[], $126::bytea[],
        $127::timestamptz[], $128::text[], $129::text[], $130::text[], $131::timestamptz[], $132::text[], $133::date[],
        $134::bytea[], $135::text[]
    ) AS row (
        bucket, program, order_id, home, state, revision, document, post_time, redemptions, returns, corrections,
        occur_time, location_id, local_day, facts, trimmed
    )
), returns AS (
    INSERT INTO posted_return (
        bucket, program, return_id, home, document, post_time, state, location_id, park_time, details
    )
    SELECT
        bucket, program, return_id, home, document, post_time, state, location_id, park_time, details
    FROM unnest(
        $136::smallint[], $137::text[], $138::text[], $139::text[], $140::bytea[], $141::timestamptz[], $142::text[],
        $143::text[], $144::timestamptz[], $145::bytea[]
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
        $146::smallint[], $147::text[], $148::text[], $149::text[], $150::text[], $151::text[], $152::text[],
        $153::bigint[], $154::text[], $155::bigint[], $156::bigint[], $157::bigint[], $158::text[], $159::timestamptz[],
        $160::timestamptz[], $161::text[], $162::text[], $163::bytea[]
    ) AS row (
        bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
        rate_denominator, revision, occur_time, post_time, authorization_id, order_id, pieces
    )
), movements AS (
    INSERT INTO movement (
        bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
        line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
        available_time, expire_time, partition, position, hash, place_entity
    )
    SELECT
        bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
        line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
        available_time, expire_time, partition, position, hash, place_entity
    FROM unnest(
        $164::smallint[], $165::text[], $166::text[], $167::bigint[], $168::text[], $169::text[], $170::bigint[],
        $171::bigint[], $172::bigint[], $173::text[], $174::text[], $175::integer[], $176::text[], $177::bigint[],
        $178::text[], $179::bigint[], $180::text[], $181::bigint[], $182::timestamptz[], $183::timestamptz[],
        $184::timestamptz[], $185::timestamptz[], $186::smallint[], $187::bigint[], $188::bytea[], $189::text[]
    ) AS row (
        bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
        line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
        available_time, expire_time, partition, position, hash, place_entity
    )
), obligations AS (
    INSERT INTO obligation (
        bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id, rate_id
    )
    SELECT
        bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id, rate_id
    FROM unnest(
        $190::smallint[], $191::text[], $192::text[], $193::bigint[], $194::smallint[], $195::text[], $196::text[],
        $197::text[], $198::bigint[], $199::text[], $200::text[]
    ) AS row (
        bucket, program, home, sequence, ordinal, debtor, creditor, currency, amount, agreement_id, rate_id
    )
), activities AS (
    INSERT INTO activity AS a (
        bucket, program, home, day, brand, currency, spend, base_points, all_points, orders
    )
    SELECT
        bucket, program, home, day, brand, currency, spend, base_points, all_points, orders
    FROM unnest(
        $201::smallint[], $202::text[], $203::text[], $204::date[], $205::text[], $206::text[], $207::bigint[],
        $208::bigint[], $209::bigint[], $210::bigint[]
    ) AS row (
        bucket, program, home, day, brand, currency, spend, base_points, all_points, orders
    )
    ON CONFLICT (bucket, program, home, day, brand, currency) DO UPDATE
    SET
        spend = a.spend + excluded.spend, base_points = a.base_points + excluded.base_points,
        all_points = a.all_points + excluded.all_points, orders = a.orders + excluded.orders
), events AS (
    INSERT INTO event (
        partition, position, program, type, post_time, payload, answer, hash
    )
    SELECT
        partition, position, program, type, post_time, payload, answer, hash
    FROM unnest(
        $211::smallint[], $212::bigint[], $213::text[], $214::text[], $215::timestamptz[], $216::bytea[], $217::bytea[],
        $218::bytea[]
    ) AS row (
        partition, position, program, type, post_time, payload, answer, hash
    )
), moved_head AS (
    UPDATE head SET position = $222, hash = $223
    WHERE partition = $219 AND epoch = $220 AND position = $221
    RETURNING partition
)
SELECT
    (SELECT count(*) FROM changed_wallets) AS wallets,
    (SELECT count(*) FROM moved_head) AS heads
