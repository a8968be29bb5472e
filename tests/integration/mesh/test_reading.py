"""What callers read: sales, movements page by page, the log from any cursor, wallets; and calls that are given up."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2, order_pb2

from chassis.values.refusal import Refusal
from ledger_service.use_cases.ports import MemberRef
from tests.integration.mesh.hostile import cursor, events_after, faulty_fields, heads_of, refusal_of, replayed, said
from tests.support.mesh import Till, line, member

NUMBERS = [0]


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with seven sales READ-<n>-0 to -6 of one line each."""
    NUMBERS[0] += 1
    buyer = await shop.enroll(f"READ-ANA-{NUMBERS[0]}")
    for index in range(7):
        await shop.sell(buyer, f"READ-{NUMBERS[0]}-{index}", "mall-1", [line(1, "NORTH", 100 * (index + 1))])
    return buyer


def page(till: Till, buyer: str, size: int, token: str = "") -> ledger.ListMovementsRequest:
    return ledger.ListMovementsRequest(program_id=till.program, member=member(buyer), page_size=size, page_token=token)


async def test_an_unknown_sale_is_not_found(shop: Till) -> None:
    ref = order_pb2.OrderRef(source="till-1", document_id="NEVER")
    refusal = await refusal_of(shop.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=shop.program, order=ref)))
    assert said(refusal) == ("NOT_FOUND", "ledger.loyalty", "ORDER_NOT_FOUND")
    assert refusal.metadata["document_id"] == "NEVER"


async def test_a_return_is_not_found_as_a_sale(shop: Till, ana: str) -> None:
    await shop.give_back(f"READ-RETURN-{ana}", "mall-1", f"READ-{NUMBERS[0]}-0", {1: None})
    ref = order_pb2.OrderRef(source="till-1", document_id=f"READ-RETURN-{ana}")
    refusal = await refusal_of(shop.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=shop.program, order=ref)))
    assert said(refusal)[2] == "ORDER_NOT_FOUND"


async def test_a_member_without_history_has_an_empty_wallet(shop: Till) -> None:
    nobody = await shop.enroll("READ-NOBODY")
    wallet = (await shop.wallet(nobody)).wallet
    assert (wallet.root_member_id, wallet.balance, wallet.available, wallet.version) == (nobody, 0, 0, 0)


async def test_an_unknown_member_has_no_wallet(shop: Till) -> None:
    assert said(await refusal_of(shop.wallet("mem_unknown")))[1:] == ("identity.loyalty", "MEMBER_NOT_FOUND")


@pytest.mark.parametrize("size", [1, 3, 7, 8])
async def test_pages_of_any_size_hold_each_movement_once(shop: Till, ana: str, size: int) -> None:
    token, points, pages = "", [], 0
    while pages == 0 or token:
        answer = await shop.mesh.ledger.ListMovements(page(shop, ana, size, token))
        points += [movement.points for movement in answer.movements]
        token, pages = answer.next_page_token, pages + 1
    assert points == [1, 2, 3, 4, 5, 6, 7]
    assert pages == -(-7 // size)


async def test_a_page_token_of_another_member_is_refused(shop: Till, ana: str) -> None:
    token = (await shop.mesh.ledger.ListMovements(page(shop, ana, 2))).next_page_token
    bea = await shop.enroll("READ-BEA")
    refusal = await refusal_of(shop.mesh.ledger.ListMovements(page(shop, bea, 2, token)))
    assert said(refusal) == ("INVALID_ARGUMENT", "type.loyalty", "CURSOR_INVALID")


async def test_a_page_token_is_refused_if_any_of_it_is_changed(shop: Till, ana: str) -> None:
    token = (await shop.mesh.ledger.ListMovements(page(shop, ana, 2))).next_page_token
    data = urlsafe_b64decode(token)
    flipped = [data[:n] + bytes([data[n] ^ 1]) + data[n + 1 :] for n in range(0, len(data), 5)]
    tampered = [urlsafe_b64encode(each).decode() for each in flipped] + [token[:-4], token[4:], "ä", "x", "=", "A" * 90]
    for each in tampered:
        assert said(await refusal_of(shop.mesh.ledger.ListMovements(page(shop, ana, 2, each))))[2] == "CURSOR_INVALID"


def forged(till: Till, buyer: str, place: bytes) -> str:
    """A token whose check is right though nobody gave it: the check is no secret."""
    question = f"{till.program}:{MemberRef(member_id=buyer)}"
    check = sha256(question.encode() + b"\x00" + place).digest()[:8]
    return urlsafe_b64encode(check + place).decode()


@pytest.mark.parametrize("sequence", ["9" * 30, "-1", "0", "x", ""])
async def test_a_forged_page_token_is_no_fault_of_ours(shop: Till, ana: str, sequence: str) -> None:
    token = forged(shop, ana, f"{sequence}:{ana}".encode())
    refusal = await refusal_of(shop.mesh.ledger.ListMovements(page(shop, ana, 2, token)))
    assert said(refusal)[2] == "CURSOR_INVALID"


@pytest.mark.parametrize("size", [-1, 1001])
async def test_a_page_of_an_impossible_size_is_malformed(shop: Till, ana: str, size: int) -> None:
    assert faulty_fields(await refusal_of(shop.mesh.ledger.ListMovements(page(shop, ana, size)))) == ["page_size"]


# --- the log


async def test_a_stream_goes_on_where_its_cursor_says(shop: Till, ana: str) -> None:
    before = await heads_of(shop)
    await shop.sell(ana, f"LOG-{ana}-1", "mall-1", [line(1, "NORTH", 100)])
    await shop.sell(ana, f"LOG-{ana}-2", "mall-1", [line(1, "NORTH", 200)])
    seen = await events_after(shop, before)
    assert [event.movements[0].points for event in seen] == [1, 2]
    place = {seen[0].position.partition: seen[0].position.position}
    assert [event.movements[0].points for event in await events_after(shop, before | place)] == [2]


async def test_events_of_a_program_rise_in_each_partition(shop: Till, ana: str) -> None:
    positions: dict[int, list[int]] = {}
    for event in await events_after(shop, {}):
        assert event.program_id == shop.program
        positions.setdefault(event.position.partition, []).append(event.position.position)
    assert positions
    assert all(each == sorted(set(each)) for each in positions.values())


async def test_a_stream_that_does_not_stop_tells_of_the_next_sale(shop: Till, ana: str) -> None:
    request = ledger.StreamEventsRequest(program_id=shop.program, after=cursor(await heads_of(shop)))
    call = shop.mesh.ledger.StreamEvents(request)
    messages = aiter(call)
    assert (await anext(messages)).HasField("progress")
    await shop.sell(ana, f"LIVE-{ana}", "mall-1", [line(1, "NORTH", 100)])
    async with asyncio.timeout(5):
        told = await anext(messages)
    call.cancel()
    assert told.event.root_member_id == ana


BAD_CURSORS: dict[str, tuple[Sequence[tuple[int, int]], str]] = {
    "beyond the head": ([(0, 10**9)], "CURSOR_INVALID"),
    "of no partition": ([(77, 0)], "CURSOR_INVALID"),
    "of a partition below 0": ([(-1, 0)], "CURSOR_INVALID"),
    "below 0": ([(0, -1)], "MALFORMED"),
    "twice": ([(0, 0), (0, 0)], "MALFORMED"),
}


@pytest.mark.parametrize("case", BAD_CURSORS)
async def test_a_cursor_that_was_never_given_is_refused(shop: Till, case: str) -> None:
    places, reason = BAD_CURSORS[case]
    after = [log_position_pb2.LogPosition(partition=p, position=n) for p, n in places]
    request = ledger.StreamEventsRequest(program_id=shop.program, after=after, stop_at_head=True)
    assert said(await refusal_of(shop.mesh.ledger.StreamEvents(request).read()))[2] == reason


async def test_an_event_names_no_card(shop: Till, ana: str) -> None:
    request = ledger.StreamEventsRequest(program_id=shop.program, stop_at_head=True)
    async for message in shop.mesh.ledger.StreamEvents(request):
        assert b"READ-ANA" not in message.SerializeToString()


async def test_books_that_shall_have_reached_what_was_never_written_are_behind(shop: Till) -> None:
    request = settlement.GetPositionsRequest(program_id=shop.program, at_least=cursor({0: 10**12}))
    refusal = await refusal_of(shop.mesh.settlement.GetPositions(request, timeout=0.5))
    assert refusal.reason in ("BOOKS_BEHIND", "DEADLINE_EXCEEDED")
    assert refusal.transient


# --- calls that are given up


def sale(till: Till, buyer: str, request_id: str) -> ledger.PostOrderRequest:
    order = till.order(f"GIVEN-UP-{request_id}", "mall-1", [line(1, "NORTH", 4000)])
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


@pytest.mark.parametrize("milliseconds", [1, 3, 6, 10, 15, 25])
async def test_a_call_that_ran_out_of_time_is_answered_under_its_id(shop: Till, ana: str, milliseconds: int) -> None:
    request = sale(shop, ana, f"deadline-{milliseconds}-{NUMBERS[0]}")
    [first] = await asyncio.gather(
        replayed(shop.mesh.ledger.PostOrder(request, timeout=milliseconds / 1000)), return_exceptions=True
    )
    assert not isinstance(first, Refusal) or first.reason == "DEADLINE_EXCEEDED"
    assert (await shop.mesh.ledger.PostOrder(request)).wallet.balance == 28 + 40
    assert (await shop.wallet(ana)).wallet.balance == 28 + 40


@pytest.mark.parametrize("milliseconds", [0, 2, 5, 10, 20])
async def test_a_call_cancelled_on_its_way_is_answered_under_its_id(shop: Till, ana: str, milliseconds: int) -> None:
    request = sale(shop, ana, f"cancelled-{milliseconds}-{NUMBERS[0]}")
    call = asyncio.ensure_future(replayed(shop.mesh.ledger.PostOrder(request)))
    await asyncio.sleep(milliseconds / 1000)
    call.cancel()
    await asyncio.wait([call])
    assert (await shop.mesh.ledger.PostOrder(request)).wallet.balance == 28 + 40
    assert (await shop.wallet(ana)).wallet.version == 8


async def test_calls_cancelled_in_a_crowd_do_not_disturb_their_neighbours(shop: Till, ana: str) -> None:
    requests = [sale(shop, ana, f"crowd-{n}-{NUMBERS[0]}") for n in range(40)]
    calls = [asyncio.ensure_future(replayed(shop.mesh.ledger.PostOrder(request))) for request in requests]
    await asyncio.sleep(0.005)
    for call in calls[::2]:
        call.cancel()
    await asyncio.wait(calls)
    assert all(not call.cancelled() and call.exception() is None for call in calls[1::2])
    for request in requests:
        await shop.mesh.ledger.PostOrder(request)
    assert (await shop.wallet(ana)).wallet.balance == 28 + 40 * 40
