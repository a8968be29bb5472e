"""A till's offline day as one stream: each sale by itself, acknowledged in order, resumable."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.mesh import open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, patiently, refusal_of, said, state_of
from tests.integration.mesh.uploads import Request, numbered, open_upload, sale, sent, told, upload
from tests.support.mesh import Till, line, moment, open_till


async def test_each_sale_is_acknowledged_in_order_of_arrival(shop: Till) -> None:
    ana, bea = await shop.enroll("STREAM-ANA"), await shop.enroll("STREAM-BEA")
    sales = [sale(shop, (ana, bea)[n % 2], f"stream-{n}", 1) for n in range(200)]
    answers = await upload(shop, sales)
    assert [answer.sequence for answer in answers] == list(range(1, 201))
    assert [answer.posted.wallet.version for answer in answers] == [n // 2 + 1 for n in range(200)]


async def test_sales_of_one_member_are_applied_in_order(shop: Till) -> None:
    ana = await shop.enroll("STREAM-ORDER")
    answers = await upload(shop, [sale(shop, ana, f"stream-order-{n}", n) for n in range(1, 151)])
    assert [answer.posted.wallet.balance for answer in answers] == [n * (n + 1) // 2 for n in range(1, 151)]


async def test_numbers_are_told_as_they_were_sent(shop: Till) -> None:
    ana = await shop.enroll("STREAM-NUMBERS")
    sales = [sale(shop, ana, f"stream-numbers-{n}", 1) for n in range(3)]
    numbers = (7, 2**40, 2**64 - 1)
    answers = await sent(shop, [Request(sequence=n, order=one) for n, one in zip(numbers, sales, strict=True)])
    assert tuple(answer.sequence for answer in answers) == numbers


async def test_an_upload_without_sales_ends_without_acknowledgements(shop: Till) -> None:
    assert await upload(shop, []) == []


async def test_good_and_bad_sales_have_their_own_acknowledgements(stack: LocalStack, shop: Till) -> None:
    ana = await shop.enroll("STREAM-MIX")
    bad, nowhere, foreign = (sale(shop, ana, f"stream-mix-{n}", 10) for n in ("bad", "nowhere", "foreign"))
    bad.order.total_minor_units = 1
    nowhere.order.location_id = "there-is-none"
    foreign.program_id = "another"
    first = sale(shop, ana, "stream-mix-1", 10)
    changed = sale(shop, ana, "stream-mix-2", 11, "UP-stream-mix-1")
    sales = [
        first,
        bad,
        nowhere,
        foreign,
        sale(shop, "mem_nobody", "stream-mix-3", 1),
        first,
        changed,
        sale(shop, ana, "stream-mix-4", 5),
    ]
    answers = await upload(shop, sales)
    assert [told(answer) for answer in answers] == [
        "10",
        "MALFORMED",
        "LOCATION_NOT_FOUND+",
        "PROGRAM_NOT_ALLOWED",
        "MEMBER_NOT_FOUND+",
        "10*",
        "ORDER_CONFLICT+",
        "15",
    ]
    assert [fault.field for fault in answers[1].refusal.violations] == ["order.total_minor_units"]


async def test_a_brand_or_location_outside_the_token_concerns_its_sale_alone(stack: LocalStack, shop: Till) -> None:
    ana = await shop.enroll("STREAM-DIVISIONS")
    token = stack.token("mall-till", programs=[shop.program], roles=["POS"], locations=["mall-1"], brands=["NORTH"])
    harbor = sale(shop, ana, "stream-division-2", 0, "", line(1, "HARBOR", 1000))
    elsewhere = sale(shop, ana, "stream-division-3", 1)
    elsewhere.order.location_id = "north-1"
    async with open_mesh(stack.peer, token) as mesh:
        till = Till(mesh, shop.program, shop.now)
        sales = [sale(shop, ana, "stream-division-1", 1), harbor, elsewhere, sale(shop, ana, "stream-division-4", 1)]
        answers = await upload(till, sales)
    assert [told(answer) for answer in answers] == ["1", "DIVISION_NOT_ALLOWED", "DIVISION_NOT_ALLOWED", "2"]


@pytest.mark.parametrize("number", [0, 2, 3])
async def test_a_number_that_does_not_grow_is_malformed_and_posts_nothing(shop: Till, number: int) -> None:
    ana = await shop.enroll(f"STREAM-GROW-{number}")
    sales = [sale(shop, ana, f"stream-grow-{number}-{n}", 1) for n in range(3)]
    answers = await sent(shop, [Request(sequence=n, order=one) for n, one in zip((3, number, 4), sales, strict=True)])
    assert [(answer.sequence, told(answer)) for answer in answers] == [(3, "1"), (number, "MALFORMED"), (4, "2")]
    assert [fault.field for fault in answers[1].refusal.violations] == ["sequence"]


async def test_a_message_that_cannot_be_read_ends_the_stream_after_what_came_before(
    stack: LocalStack, shop: Till
) -> None:
    """It has no number that could be acknowledged."""
    ana = await shop.enroll("STREAM-UNREADABLE")
    huge = sale(shop, ana, "stream-unreadable-2", 1)
    huge.order.lines[0].sku = "S" * (5 * 1024 * 1024)
    answers = []
    async with open_upload(shop) as call:
        await call.write(Request(sequence=1, order=sale(shop, ana, "stream-unreadable-1", 1)))
        await call.write(Request(sequence=2, order=huge))
        answers.append(await call.read())
        refusal = await refusal_of(call.read())
    assert [told(answer) for answer in answers] == ["1"]
    assert faulty_fields(refusal) == ["request"]


# --- cut and resumed


async def test_what_was_not_acknowledged_is_sent_again_and_replayed(shop: Till) -> None:
    """The stream is cut after a few acknowledgements; the till goes on behind the last one it got."""
    ana = await shop.enroll("STREAM-CUT")
    messages = numbered(sale(shop, ana, f"stream-cut-{n}", n) for n in range(1, 101))
    got = []
    async with open_upload(shop) as call:
        for message in messages:
            await call.write(message)
        got = [await call.read() for _ in range(20)]
    rest = await sent(shop, messages[len(got) :])
    assert [answer.sequence for answer in (*got, *rest)] == list(range(1, 101))
    assert {answer.posted.earned_points for answer in (*got, *rest)} == set(range(1, 101))
    assert (await shop.wallet(ana)).wallet.balance == 5050


async def test_an_upload_sent_again_as_a_whole_changes_nothing(shop: Till) -> None:
    ana = await shop.enroll("STREAM-AGAIN")
    sales = [sale(shop, ana, f"stream-again-{n}", n) for n in range(1, 31)]
    first = await upload(shop, sales)
    before = await state_of(shop, ana)
    again = await upload(shop, sales)
    assert {answer.replayed for answer in again} == {True}
    assert [answer.posted for answer in again] == [answer.posted for answer in first]
    assert await state_of(shop, ana) == before


async def test_the_same_upload_several_times_at_once_posts_each_sale_once(shop: Till) -> None:
    ana = await shop.enroll("STREAM-AT-ONCE")
    sales = [sale(shop, ana, f"stream-once-{n}", n) for n in range(1, 41)]
    uploads = await asyncio.gather(*(upload(shop, sales) for _ in range(5)))
    assert [[answer.posted for answer in one] for one in uploads[1:]] == [[a.posted for a in uploads[0]]] * 4
    assert sum(not answer.replayed for one in uploads for answer in one) == 40
    assert (await shop.wallet(ana)).wallet.version == 40


async def test_everything_acknowledged_outlives_a_killed_ledger(stack: LocalStack, shop: Till) -> None:
    ana = await shop.enroll("STREAM-KILLED")
    messages = numbered(sale(shop, ana, f"stream-killed-{n}", n) for n in range(1, 201))
    got = []
    async with open_upload(shop) as call:
        for message in messages:
            await call.write(message)
        for _ in range(10):
            got.append(await call.read())
        stack.kill("ledger")
    await stack.start("ledger")
    last = got[-1].sequence
    again = await patiently(lambda: sent(shop, messages[:last]))
    assert {answer.replayed for answer in again} == {True}
    assert [answer.posted for answer in again] == [answer.posted for answer in got]
    await patiently(lambda: sent(shop, messages[last:]))
    assert (await shop.wallet(ana)).wallet.balance == 200 * 201 // 2


async def test_sales_of_a_stream_and_of_calls_are_the_same_sales(shop: Till) -> None:
    ana = await shop.enroll("STREAM-CALLS")
    one = sale(shop, ana, "stream-calls", 3)
    [answer] = await upload(shop, [one])
    assert await shop.mesh.ledger.PostOrder(one) == answer.posted


async def test_a_till_that_reads_nothing_for_a_while_loses_nothing(stack: LocalStack, shop: Till) -> None:
    """Thirty megabytes are on their way before the first acknowledgement is read: what the buffers do not hold waits.
    How much they hold is the transport's affair; the service's own window has its test in unit/ledger."""
    ana = await shop.enroll("STREAM-SLOW")
    wide = [f"{'C' * 120}{n}" for n in range(16)]
    lines = [line(n, "NORTH" if n <= 20 else "", 100, categories=wide) for n in range(1, 101)]
    messages = numbered(sale(shop, ana, f"stream-slow-{n}", 0, "", *lines) for n in range(1, 151))
    # A channel of its own, whose windows have not grown yet.
    token = stack.token("slow-till", programs=[shop.program], roles=["POS"])
    async with open_mesh(stack.peer, token) as mesh, open_upload(Till(mesh, shop.program)) as call:

        async def write() -> None:
            for message in messages:
                await call.write(message)
            await call.done_writing()

        writing = asyncio.create_task(write())
        await asyncio.sleep(1)
        answers = [answer async for answer in call]
        await writing
    assert [answer.sequence for answer in answers] == list(range(1, 151))


# --- time


async def test_a_time_ahead_is_set_to_the_moment_of_arrival(live_shop: Till) -> None:
    ana = await live_shop.enroll("STREAM-AHEAD")
    ahead, near = sale(live_shop, ana, "stream-ahead", 10), sale(live_shop, ana, "stream-near", 10)
    ahead.order.occur_time.CopyFrom(moment(datetime.now(UTC) + timedelta(hours=3)))
    near.order.occur_time.CopyFrom(moment(datetime.now(UTC) + timedelta(minutes=4)))
    answers = await upload(live_shop, [ahead, near])
    assert [answer.time_clamped for answer in answers] == [True, False]
    ref = ledger.GetOrderRequest(program_id=live_shop.program)
    ref.order.source, ref.order.document_id = "till-1", ahead.order.document_id
    kept = (await live_shop.mesh.ledger.GetOrder(ref)).order.order.occur_time.ToDatetime(tzinfo=UTC)
    assert abs(kept - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_replay_says_again_that_the_time_was_clamped(live_shop: Till) -> None:
    ana = await live_shop.enroll("STREAM-CLAMPED")
    ahead = sale(live_shop, ana, "stream-clamped", 10)
    ahead.order.occur_time.CopyFrom(moment(datetime.now(UTC) + timedelta(hours=3)))
    [first] = await upload(live_shop, [ahead])
    ahead.request_id = "stream-clamped-again"
    [again] = await upload(live_shop, [ahead])
    assert (again.posted, again.replayed, again.time_clamped) == (first.posted, True, True)


async def test_a_clamped_sale_conflicts_with_one_of_another_time(live_shop: Till) -> None:
    """Its fingerprint is that of what was asked."""
    ana = await live_shop.enroll("STREAM-CLAMPED-OTHER")
    ahead = sale(live_shop, ana, "stream-clamped-1", 10)
    ahead.order.occur_time.CopyFrom(moment(datetime.now(UTC) + timedelta(hours=3)))
    later = ledger.PostOrderRequest.FromString(ahead.SerializeToString())
    later.request_id = "stream-clamped-2"
    later.order.occur_time.CopyFrom(moment(datetime.now(UTC) + timedelta(hours=4)))
    answers = await upload(live_shop, [ahead, later])
    assert [told(answer) for answer in answers] == ["10", "ORDER_CONFLICT+"]


async def test_a_replay_clock_knows_no_time_ahead(shop: Till) -> None:
    ana = await shop.enroll("STREAM-REPLAY-CLOCK")
    later = Till(shop.mesh, shop.program, datetime(2030, 1, 1, tzinfo=UTC))
    [answer] = await upload(later, [sale(later, ana, "stream-2030", 10)])
    assert not answer.time_clamped
    assert answer.posted.wallet.as_of_time.ToDatetime(tzinfo=UTC).year == 2030


# --- the caller


async def test_a_token_that_runs_out_ends_the_stream_at_the_next_message(stack: LocalStack, shop: Till) -> None:
    ana = await shop.enroll("STREAM-TOKEN")
    # Verified with five seconds of leeway.
    lifetime = timedelta(seconds=-3)
    token = stack.token("short-lived", programs=[shop.program], roles=["POS"], lifetime=lifetime)
    assert jwt.decode(token, options={"verify_signature": False})["exp"] < time.time()
    async with open_mesh(stack.peer, token) as mesh, open_upload(Till(mesh, shop.program)) as call:
        await call.write(Request(sequence=1, order=sale(shop, ana, "stream-token-1", 1)))
        assert told(await call.read()) == "1"
        await asyncio.sleep(4)
        refusal = await refusal_of(call.write(Request(sequence=2, order=sale(shop, ana, "stream-token-2", 1))))
    assert said(refusal) == ("UNAUTHENTICATED", "type.loyalty", "TOKEN_EXPIRED")
    assert (await shop.wallet(ana)).wallet.balance == 1


async def test_a_caller_without_the_role_uploads_nothing(stack: LocalStack, shop: Till) -> None:
    async with open_till(stack, shop.program, roles=["ANALYST"]) as analyst:
        refusal = await refusal_of(upload(analyst, [sale(shop, "mem_x", "stream-role", 1)]))
    assert refusal.reason == "ROLE_NOT_ALLOWED"
