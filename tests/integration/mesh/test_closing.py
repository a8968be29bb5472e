"""Closing a period at the ledger: its cut, what is still open, what documents come to."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import close_pb2 as close
from loyalty.ledger.v1 import events_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.holds import authorized
from tests.integration.mesh.hostile import faulty_fields, findings_of, refusal_of, replayed, said
from tests.integration.mesh.test_claims import claim, sale
from tests.support.mesh import Till, line, moment, open_till

SALE, RETURN = close.DOCUMENT_KIND_SALE, close.DOCUMENT_KIND_RETURN


@pytest_asyncio.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """A sandbox of its own: periods of a program are cut once for all."""
    async with open_till(stack, "closing") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till
        assert await findings_of(till) == []


def cutting(till: Till, period: str) -> close.CutPeriodRequest:
    return close.CutPeriodRequest(program_id=till.program, period=period)


async def cuts_of(till: Till) -> list[close.PeriodCut]:
    asked = close.ListPeriodCutsRequest(program_id=till.program)
    return list((await till.mesh.ledger.ListPeriodCuts(asked)).cuts)


async def facts_of(till: Till) -> close.GetCloseFactsResponse:
    return await till.mesh.ledger.GetCloseFacts(close.GetCloseFactsRequest(program_id=till.program))


async def totals_of(till: Till, **asked: str) -> list[close.StreamDocumentTotalsResponse]:
    """Those of the till's day."""
    request = close.StreamDocumentTotalsRequest(
        program_id=till.program,
        start_time=moment(till.now - timedelta(hours=1)),
        end_time=moment(till.now + timedelta(hours=1)),
        **asked,
    )
    return [message async for message in till.mesh.ledger.StreamDocumentTotals(request)]


async def test_a_period_is_cut_once_and_its_barriers_are_in_the_stream(till: Till) -> None:
    ana = await till.enroll("CLOSING-ANA")
    await till.sell(ana, "CLOSING-1", "mall-1", [line(1, "NORTH", 1000)])
    call = till.mesh.ledger.CutPeriod(cutting(till, "2026-03"))
    cut = (await call).cut
    assert (cut.sequence, cut.period) == (1, "2026-03")
    again = till.mesh.ledger.CutPeriod(cutting(till, "2026-03"))
    assert (await again).cut == cut
    assert await replayed(again)
    request = ledger.StreamEventsRequest(program_id=till.program, stop_at_head=True)
    events = [one.event async for one in till.mesh.ledger.StreamEvents(request) if one.HasField("event")]
    barriers = [event for event in events if event.event_type == events_pb2.EVENT_TYPE_PERIOD_CUT]
    assert [event.position for event in barriers] == list(cut.barriers)
    assert {(event.subject_id, event.root_member_id, len(event.movements)) for event in barriers} == {
        ("2026-03", "", 0)
    }
    assert {event.post_time.ToMicroseconds() for event in barriers} == {cut.cut_time.ToMicroseconds()}
    await till.mesh.ledger.CutPeriod(cutting(till, "2026-04"))
    assert [each.sequence for each in await cuts_of(till)] == [1, 2]


async def test_a_follower_hears_of_a_cut_at_once(till: Till) -> None:
    last = (await cuts_of(till))[-1]
    request = ledger.StreamEventsRequest(program_id=till.program, after=last.barriers)
    call = till.mesh.ledger.StreamEvents(request)
    heard: list[float] = []
    loop = asyncio.get_running_loop()

    async def follow() -> None:
        async for message in call:
            if message.HasField("event"):
                heard.append(loop.time())
            if len(heard) == len(last.barriers):
                return

    following = asyncio.create_task(follow())
    await asyncio.sleep(0.3)
    began = loop.time()
    await till.mesh.ledger.CutPeriod(cutting(till, "2026-05"))
    async with asyncio.timeout(5):
        await following
    call.cancel()
    assert heard[-1] - began < 1.0


@pytest.mark.parametrize("period", ["", "2026-1", "2026-13", "2026-00", "1899-12", "10-2026", "2026-10-01", "٢٠٢٦-10"])
async def test_a_period_that_is_no_month_is_malformed(till: Till, period: str) -> None:
    assert faulty_fields(await refusal_of(till.mesh.ledger.CutPeriod(cutting(till, period)))) == ["period"]


async def test_months_are_cut_in_order(till: Till) -> None:
    for period in ("2026-09", "2026-01"):
        refusal = await refusal_of(till.mesh.ledger.CutPeriod(cutting(till, period)))
        assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "PERIOD_OUT_OF_ORDER")


async def test_a_live_program_cuts_what_is_over(live_shop: Till) -> None:
    coming = (live_shop.now + timedelta(days=40)).strftime("%Y-%m")
    refusal = await refusal_of(live_shop.mesh.ledger.CutPeriod(cutting(live_shop, coming)))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "PERIOD_NOT_OVER")
    assert await cuts_of(live_shop) == []


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        (["POS"], {}),
        (["HEADQUARTERS_ADMIN"], {}),
        (["FINANCE"], {"brands": ["NORTH"]}),
        (["FINANCE"], {"locations": ["mall-1"]}),
    ],
)
async def test_only_who_may_close_the_whole_program_cuts(
    stack: LocalStack, till: Till, roles: list[str], scope: dict[str, list[str]]
) -> None:
    brands, locations = scope.get("brands", ["*"]), scope.get("locations", ["*"])
    token = stack.token("somebody", programs=[till.program], roles=roles, brands=brands, locations=locations)
    async with open_mesh(stack.peer, token) as mesh:
        refusal = await refusal_of(mesh.ledger.CutPeriod(cutting(till, "2026-06")))
    assert refusal.code.name == "PERMISSION_DENIED"


async def test_another_program_is_not_told_of(stack: LocalStack, till: Till) -> None:
    unknown = close.CutPeriodRequest(program_id="closing-nowhere", period="2026-06")
    async with open_mesh(stack.peer, stack.token("all", programs=["*"], roles=["FINANCE"])) as mesh:
        assert (await refusal_of(mesh.ledger.CutPeriod(unknown))).reason == "PROGRAM_NOT_FOUND"
    assert (await refusal_of(till.mesh.ledger.CutPeriod(unknown))).code.name == "PERMISSION_DENIED"


async def test_what_is_open_is_counted(till: Till) -> None:
    before, counter = await facts_of(till), Counter(till, "CLOSING")
    bea = await till.enroll("CLOSING-BEA")
    await till.sell(bea, "CLOSING-B1", "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    await authorized(till, bea, 30)
    await counter.announce("ANNOUNCED", share("CLOSING-B1", 1))
    parked = await counter.bring("EARLY", share("CLOSING-LATER", 1), by=bea)
    after = await facts_of(till)
    assert (after.open_holds.count - before.open_holds.count, after.open_holds.points - before.open_holds.points) == (
        1,
        30,
    )
    assert after.announced_returns.count - before.announced_returns.count == 1
    assert after.announced_returns.points - before.announced_returns.points > 0
    assert list(after.parked_returns.first_ids) == [parked.return_id]
    assert after.parked_returns.count == 1
    assert after.parked_returns.oldest_time.ToDatetime() == till.now.replace(tzinfo=None)
    assert all(a.position >= b.position for a, b in zip(after.up_to, before.up_to, strict=True))


async def test_documents_come_to_what_was_paid_and_taken_back(till: Till) -> None:
    till.now += timedelta(days=2)
    counter, cyd = Counter(till, "TOTALS"), await till.enroll("CLOSING-CYD")
    lines = [line(1, "NORTH", 1000, quantity=3), line(2, "HARBOR", 9801), line(3, "", 250)]
    await till.sell(cyd, "TOTALS-S", "mall-1", lines)
    await counter.bring("R1", share("TOTALS-S", 1, pieces=1), share("TOTALS-S", 2, cents=5000))
    await counter.bring("R2", share("TOTALS-S", 1, pieces=1))
    await counter.bring("R3", share("TOTALS-S", 1), share("TOTALS-S", 2))
    await counter.bring("R4", share("TOTALS-NEVER", 1), by=cyd)
    found = await totals_of(till)
    [sold] = [one for one in found if one.kind == SALE]
    assert (sold.source, sold.document_id, sold.currency_code, sold.total_minor_units) == (
        "till-1",
        "TOTALS-S",
        "USD",
        11051,
    )
    assert [(each.line_number, each.minor_units) for each in sold.lines] == [(1, 1000), (2, 9801), (3, 250)]
    assert sold.last_part
    back = {one.document_id.rpartition("-")[2]: one for one in found if one.kind == RETURN}
    came_to = {name: [each.minor_units for each in one.lines] for name, one in back.items()}
    # Thirds of 10.00, and of a line that was counted in money what is left of it.
    assert came_to == {"R1": [333, 5000], "R2": [334], "R3": [333, 4801], "R4": [0]}
    assert [one.not_carried_out for one in back.values()].count(True) == 1
    assert back["R4"].not_carried_out
    assert [one.source for one in await totals_of(till, source="till-1")] == ["till-1"]
    assert {one.kind for one in await totals_of(till, source="till-2")} == {RETURN}
    assert await totals_of(till, location_id="linden-1") == []
    assert len(await totals_of(till, location_id="mall-1")) == len(found)


async def test_a_claimed_sale_is_told_once_with_what_came_back_before(till: Till) -> None:
    till.now += timedelta(days=2)
    for number in range(3):
        name = f"CLAIMED-{number}"
        await till.mesh.ledger.PostOrder(sale(till, name, request_id=f"closing-{name}"))
        await Counter(till, "CLAIMED").bring("BACK", share(name, 1, pieces=1))
        buyer = await till.enroll(f"CLOSING-{name}")
        await till.mesh.ledger.ClaimOrder(claim(till, buyer, name, request_id=f"closing-claim-{number}"))
    found = await totals_of(till)
    assert [one.document_id for one in found if one.kind == SALE] != []
    assert sorted(one.document_id for one in found if one.kind == SALE) == ["CLAIMED-0", "CLAIMED-1", "CLAIMED-2"]
    assert [one.total_minor_units for one in found if one.kind == RETURN] == [1000] * 3


async def test_a_large_sale_comes_in_parts(till: Till) -> None:
    till.now += timedelta(days=2)
    dan = await till.enroll("CLOSING-DAN")
    await till.sell(dan, "LARGE", "mall-1", [line(number, "NORTH", 100) for number in range(1, 1202)])
    parts = await totals_of(till)
    assert [len(part.lines) for part in parts] == [500, 500, 201]
    assert [part.last_part for part in parts] == [False, False, True]
    assert {part.total_minor_units for part in parts} == {120_100}


@pytest.mark.parametrize(
    ("days", "fields"), [(0, ["end_time"]), (-1, ["end_time"]), (401, ["end_time"]), (None, ["end_time", "start_time"])]
)
async def test_a_span_must_be_one(till: Till, days: int | None, fields: list[str]) -> None:
    request = close.StreamDocumentTotalsRequest(program_id=till.program)
    if days is not None:
        request.start_time.CopyFrom(moment(till.now))
        request.end_time.CopyFrom(moment(till.now + timedelta(days=days)))

    async def first() -> None:
        async for _ in till.mesh.ledger.StreamDocumentTotals(request):
            return

    assert faulty_fields(await refusal_of(first())) == fields


async def test_documents_of_all_locations_are_for_who_covers_all(stack: LocalStack, till: Till) -> None:
    token = stack.token("manager", programs=[till.program], roles=["LOCATION_MANAGER"], locations=["mall-1"])
    async with open_mesh(stack.peer, token) as mesh:
        mine = Till(mesh, till.program, now=till.now)
        assert await totals_of(mine, location_id="mall-1") != []
        for asked in ({}, {"location_id": "linden-1"}):
            assert (await refusal_of(totals_of(mine, **asked))).code.name == "PERMISSION_DENIED"
