"""Returns that come before their sales, or find none: kept, listed, settled with the sale, or ended by a person."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest
from loyalty.ledger.v1 import events_pb2, return_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import heads_of, refusal_of, replayed, said, state_of
from tests.support.mesh import Till, line, moment, open_till

LINES = [line(1, "NORTH", 1000, quantity=3), line(2, "HARBOR", 9800)]
"""3 pieces that earn 10, and a line that earns 196."""


@pytest.fixture
def counter(shop: Till) -> Counter:
    return Counter(shop, "PARKED")


@pytest.fixture
async def ana(shop: Till, counter: Counter) -> str:
    return await shop.enroll(f"PARKED-ANA-{counter.number}")


@pytest.fixture
async def bea(shop: Till, counter: Counter) -> str:
    return await shop.enroll(f"PARKED-BEA-{counter.number}")


async def balance(till: Till, buyer: str) -> int:
    return (await till.wallet(buyer)).wallet.balance


async def test_a_return_before_its_sale_is_parked_and_settled_with_it(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    parked = await counter.bring("BACK", share(sale, 1, pieces=1), by=ana)
    assert (parked.state, parked.reversed_points) == (return_requests_pb2.RETURN_STATE_PARKED, 0)
    waiting = await counter.known(parked.return_id)
    assert [ref.document_id for ref in waiting.awaited_sales] == [sale]
    sold = await shop.sell(ana, sale, "mall-1", LINES)
    assert (list(sold.resolved_return_ids), sold.wallet.balance) == ([parked.return_id], 203)
    known = await counter.known(parked.return_id)
    assert (known.state, [one.reversed for one in known.reversed]) == (return_requests_pb2.RETURN_STATE_POSTED, [3])


async def test_without_a_member_it_is_not_found_and_leaves_no_trace(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    before = await state_of(shop, ana)
    refusal = await refusal_of(counter.bring("BACK", share(sale, 1), request_id=counter.called("REQUEST")))
    assert (said(refusal)[2], await state_of(shop, ana)) == ("SALE_NOT_FOUND", before)
    await shop.sell(ana, sale, "mall-1", LINES)
    again = await counter.bring("BACK", share(sale, 1), request_id=counter.called("REQUEST"))
    assert again.reversed_points == 10


async def test_a_parked_answer_is_final(shop: Till, counter: Counter, ana: str) -> None:
    sale, request_id = counter.called("SALE"), counter.called("REQUEST")
    parked = await counter.bring("BACK", share(sale, 1), by=ana, request_id=request_id)
    await shop.sell(ana, sale, "mall-1", LINES)
    same, other = (
        await counter.bring("BACK", share(sale, 1), by=ana, request_id=request_id),
        await counter.bring("BACK", share(sale, 1), by=ana),
    )
    assert parked == same == other
    assert await balance(shop, ana) == 196


async def test_the_event_of_the_sale_tells_what_it_settled(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    await heads_of(shop)
    parked = await counter.bring("BACK", share(sale, 1), by=ana)
    sold = await shop.sell(ana, sale, "mall-1", LINES)
    found = {}
    async for message in shop.mesh.ledger.StreamEvents(
        ledger.StreamEventsRequest(program_id=shop.program, stop_at_head=True)
    ):
        if message.HasField("event") and message.event.position == sold.position:
            found[message.event.event_type] = list(message.event.settled_return_ids)
    assert found == {events_pb2.EVENT_TYPE_ORDER_POSTED: [parked.return_id]}


async def test_a_sale_of_another_member_refuses_it(shop: Till, counter: Counter, ana: str, bea: str) -> None:
    sale = counter.called("SALE")
    parked = await counter.bring("BACK", share(sale, 1), by=ana)
    sold = await shop.sell(bea, sale, "mall-1", LINES)
    known = await counter.known(parked.return_id)
    assert (await counter.state(parked.return_id), known.reason) == ("REFUSED", "OTHER_MEMBERS_ORDER")
    assert (list(sold.resolved_return_ids), await balance(shop, bea)) == ([parked.return_id], 206)


REFUSED: Mapping[str, tuple[list[dict[str, int]], str]] = {
    "a piece too many": ([{"pieces": 4}], "NOT_RETURNABLE"),
    "pieces that creep above": ([{"pieces": 2}, {"pieces": 2}], "NOT_RETURNABLE"),
    "cents that creep above": ([{"cents": 999}, {"cents": 2}], "NOT_RETURNABLE"),
    "the line twice": ([{}, {}], "NOT_RETURNABLE"),
    "pieces and cents": ([{"pieces": 1}, {"cents": 1}], "RETURN_BASIS_DIFFERS"),
    "absurdly many": ([{"pieces": 10**12}], "NOT_RETURNABLE"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_bad_input_is_refused_when_the_sale_comes(shop: Till, counter: Counter, ana: str, case: str) -> None:
    sale, (shares, reason) = counter.called("SALE"), REFUSED[case]
    parked = await counter.bring("BACK", *(share(sale, 1, **one) for one in shares), by=ana)
    await shop.sell(ana, sale, "mall-1", LINES)
    known = await counter.known(parked.return_id)
    assert (await counter.state(parked.return_id), known.reason, await balance(shop, ana)) == ("REFUSED", reason, 206)


async def test_returns_of_one_line_are_settled_as_far_as_it_goes(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    calls = (counter.bring(f"BACK-{n}", share(sale, 1, pieces=1), by=ana) for n in range(8))
    parked = await asyncio.gather(*calls)
    await shop.sell(ana, sale, "mall-1", LINES)
    states = [await counter.state(one.return_id) for one in parked]
    assert (states.count("POSTED"), states.count("REFUSED"), await balance(shop, ana)) == (3, 5, 196)


async def test_a_sale_and_its_return_at_the_same_moment_fifty_times(shop: Till, counter: Counter, ana: str) -> None:
    """Whichever comes first, the end is the same; nothing is lost and nothing taken twice."""

    async def later(number: int, sale: str) -> ledger.PostReturnResponse:
        # A sale takes a little longer on its way to the lane.
        await asyncio.sleep(number % 10 / 2000)
        return await counter.bring(f"BACK-{number}", share(sale, 1, pieces=2), by=ana)

    async def pair(number: int) -> str:
        sale = counter.called(f"RACE-{number}")
        sold, back = await asyncio.gather(shop.sell(ana, sale, "mall-1", LINES), later(number, sale))
        parked = back.state == return_requests_pb2.RETURN_STATE_PARKED
        assert list(sold.resolved_return_ids) == ([back.return_id] if parked else [])
        return back.return_id

    ended = [await pair(number) for number in range(25)]
    ended += await asyncio.gather(*map(pair, range(25, 50)))
    assert {await counter.state(return_id) for return_id in ended} == {"POSTED"}
    assert await balance(shop, ana) == 50 * (206 - 7)


async def test_an_upload_settles_what_waits_for_its_sales(shop: Till, counter: Counter, ana: str) -> None:
    sales = [counter.called(f"SALE-{n}") for n in range(5)]
    parked = await counter.bring("BACK", *(share(sale, 2) for sale in sales), by=ana)
    orders = [
        ledger.PostOrderRequest(
            program_id=shop.program,
            request_id=f"{sale}-REQUEST",
            member={"member_id": ana},  # type: ignore[arg-type]
            order=shop.order(sale, "mall-1", LINES),
        )
        for sale in sales
    ]
    answer = await shop.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=orders))
    settled = [list(result.posted.resolved_return_ids) for result in answer.results]
    assert settled == [[], [], [], [], [parked.return_id]]
    assert await balance(shop, ana) == 50


# --- sales that are nobody's


async def test_goods_of_nobodys_sale_come_back(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    await counter.sell_to_nobody(sale, LINES)
    back = await counter.bring("BACK", share(sale, 1, pieces=1))
    assert (back.reversed_points, back.HasField("wallet")) == (0, False)
    claimed = await counter.claim(ana, sale)
    assert (claimed.earned_points, claimed.reversed_points, await balance(shop, ana)) == (206, 3, 203)


async def test_a_return_waits_for_nobodys_sale_too(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    parked = await counter.bring("BACK", share(sale, 1, pieces=1), by=ana)
    sold = await counter.sell_to_nobody(sale, LINES)
    assert (list(sold.resolved_return_ids), await counter.state(parked.return_id)) == ([parked.return_id], "POSTED")
    assert (await counter.claim(ana, sale)).reversed_points == 3


async def test_a_claim_and_a_return_at_the_same_moment(shop: Till, counter: Counter, ana: str) -> None:
    """In another lane the sale is claimed: the return is never counted without taking its points."""
    for number in range(20):
        sale = counter.called(f"SALE-{number}")
        await counter.sell_to_nobody(sale, LINES)
        claimed, back = await asyncio.gather(counter.claim(ana, sale), counter.bring(f"BACK-{number}", share(sale, 2)))
        assert claimed.reversed_points + back.reversed_points == 196
    assert await balance(shop, ana) == 20 * 10


# --- looked after by people


@pytest.fixture
async def parked(shop: Till, counter: Counter, ana: str) -> str:
    return (await counter.bring("BACK", share(counter.called("WRONG"), 1, pieces=1), by=ana)).return_id


async def test_a_person_rejects_it(shop: Till, counter: Counter, parked: str) -> None:
    answer = await counter.resolve(parked, reject="no such goods")
    assert answer.posted_return.state == return_requests_pb2.RETURN_STATE_REJECTED
    assert ((await counter.known(parked)).reason, answer.posted_return.return_id) == ("no such goods", parked)


async def test_a_person_names_the_right_sale(shop: Till, counter: Counter, ana: str, parked: str) -> None:
    right = counter.called("RIGHT")
    await shop.sell(ana, right, "mall-1", LINES)
    answer = await counter.resolve(parked, share(right, 1, pieces=1))
    assert ([one.reversed for one in answer.posted_return.reversed], answer.wallet.balance) == ([3], 203)
    # The sale it had named comes at last: nobody waits for it any more.
    assert not (await shop.sell(ana, counter.called("WRONG"), "mall-1", LINES)).resolved_return_ids


async def test_a_resolution_is_repeated_and_not_done_twice(shop: Till, counter: Counter, parked: str) -> None:
    request = return_requests_pb2.ResolveParkedReturnRequest(
        program_id=shop.program,
        request_id=counter.called("REQUEST"),
        return_id=parked,
        operator_id="kim",
        reject="no such goods",
        occur_time=moment(shop.now),
    )
    first, second = [await replayed(shop.mesh.ledger.ResolveParkedReturn(request)) for _ in range(2)]
    assert (first[0], first[1], second[1]) == (second[0], False, True)
    refusal = await refusal_of(counter.resolve(parked, reject="once more"))
    assert (said(refusal)[2], refusal.metadata["state"]) == ("RETURN_ENDED", "REJECTED")


async def test_another_members_sale_is_not_the_right_one(shop: Till, counter: Counter, bea: str, parked: str) -> None:
    await shop.sell(bea, counter.called("BEAS"), "mall-1", LINES)
    refusal = await refusal_of(counter.resolve(parked, share(counter.called("BEAS"), 1)))
    assert (said(refusal)[2], await counter.state(parked)) == ("OTHER_MEMBERS_ORDER", "PARKED")
    refusal = await refusal_of(counter.resolve(parked, share(counter.called("NEVER"), 1)))
    assert (said(refusal)[2], await counter.state(parked)) == ("SALE_NOT_FOUND", "PARKED")


async def test_a_sale_and_a_rejection_at_the_same_moment(shop: Till, counter: Counter, ana: str) -> None:
    """One of the two ends the waiting, and the points say which."""
    for number in range(10):
        sale = counter.called(f"SALE-{number}")
        before = await balance(shop, ana)
        parked = await counter.bring(f"BACK-{number}", share(sale, 2), by=ana)
        sold, rejected = await asyncio.gather(
            shop.sell(ana, sale, "mall-1", LINES),
            counter.resolve(parked.return_id, reject="no such goods"),
            return_exceptions=True,
        )
        assert isinstance(sold, ledger.PostOrderResponse)
        state = await counter.state(parked.return_id)
        if isinstance(rejected, Refusal):
            assert (rejected.reason, state) == ("RETURN_ENDED", "POSTED")
            assert list(sold.resolved_return_ids) == [parked.return_id]
        else:
            assert (state, list(sold.resolved_return_ids)) == ("REJECTED", [])
        assert await balance(shop, ana) - before == (10 if state == "POSTED" else 206)


@pytest.mark.parametrize("call", ["get", "resolve", "cancel"])
async def test_a_return_that_never_was_is_not_found(shop: Till, counter: Counter, call: str) -> None:
    calls: Mapping[str, Callable[[], Awaitable[object]]] = {
        "get": lambda: counter.known("ret_none"),
        "resolve": lambda: counter.resolve("ret_none", reject="no"),
        "cancel": lambda: counter.cancel("ret_none"),
    }
    refusal = await refusal_of(calls[call]())
    assert said(refusal) == ("NOT_FOUND", "ledger.loyalty", "RETURN_NOT_FOUND")


async def test_parked_returns_are_listed_by_age_and_place(stack: LocalStack) -> None:
    async with open_till(stack, "hostile-parked") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll("LISTED-ANA")
        begin = till.now
        ids = []
        for number, at in enumerate(("mall-1", "north-1", "mall-1", "north-1", "mall-1")):
            till.now = begin + timedelta(days=number)
            counter = Counter(till, "LISTED", at)
            ids.append((await counter.bring(f"BACK-{number}", share(f"NEVER-{number}", 1), by=ana)).return_id)
        assert await listed(counter) == ids
        assert await listed(counter, page_size=2) == ids
        assert await listed(counter, location_id="mall-1", page_size=1) == ids[::2]
        assert await listed(counter, parked_before=moment(begin + timedelta(days=2))) == ids[:2]
        await counter.resolve(ids[0], reject="no")
        assert await listed(counter) == ids[1:]


async def listed(counter: Counter, **asked: object) -> list[str]:
    """The ids on all pages."""
    found: list[str] = []
    token = ""
    while True:
        page = await counter.parked(page_token=token, **asked)
        found += [one.return_id for one in page.returns]
        token = page.next_page_token
        if not token:
            return found


async def test_a_token_of_another_list_is_refused(shop: Till, counter: Counter, ana: str) -> None:
    for number in range(2):
        await counter.bring(f"BACK-{number}", share("NEVER", 1), by=ana)
    token = (await counter.parked(page_size=1)).next_page_token
    for asked in ({"location_id": "north-1"}, {"parked_before": moment(shop.now)}):
        refusal = await refusal_of(counter.parked(page_token=token, **asked))
        assert said(refusal)[2] == "CURSOR_INVALID"


MALFORMED = {
    "neither": {},
    "no text": {"reject": ""},
    "a long text": {"reject": "x" * 257},
    "no lines": {"correct": return_requests_pb2.CorrectedReturn()},
    "no operator": {"reject": "no", "operator_id": ""},
    "a line twice": {
        "correct": return_requests_pb2.CorrectedReturn(
            lines=[returns.ReturnLine(line_number=1, sale_lines=[share("SALE", 1)])] * 2
        )
    },
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_resolution_leaves_no_trace(shop: Till, counter: Counter, parked: str, case: str) -> None:
    asked = {"operator_id": "kim"} | MALFORMED[case]  # type: ignore[operator]
    request = return_requests_pb2.ResolveParkedReturnRequest(
        program_id=shop.program,
        request_id=counter.called("REQUEST"),
        return_id=parked,
        occur_time=moment(shop.now),
        **asked,
    )
    refusal = await refusal_of(shop.mesh.ledger.ResolveParkedReturn(request))
    assert (said(refusal)[2], await counter.state(parked)) == ("MALFORMED", "PARKED")
