"""Instants: the second that ends a hold, points that lapse while they are held, rolling expiry, expiry in the past; and
cursors that never were. On the program `high-street`, where points live in every way there is."""

import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.type.v1 import log_position_pb2, order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, findings_of, refusal_of, said
from tests.support.mesh import Till, line, member, moment, open_till

_NUMBERS = itertools.count(1)
NOON = datetime(2025, 3, 2, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
async def street(stack: LocalStack) -> AsyncIterator[Till]:
    """A till in a program of its own."""
    async with open_till(stack, f"times-{next(_NUMBERS)}") as till:
        await till.apply(PROGRAMS / "high-street", "high-street")
        till.now = NOON
        yield till
        assert await findings_of(till) == []


async def sell(till: Till, buyer: str, *lines: order_pb2.OrderLine) -> ledger.PostOrderResponse:
    """Posts a sale; one of nothing without lines."""
    lines = lines or (line(1, "CAFE", 0),)
    request = ledger.PostOrderRequest(
        **asked(till), member=member(buyer), order=till.order(f"T-{next(_NUMBERS)}", "quay-1", lines, "EUR")
    )
    return await till.mesh.ledger.PostOrder(request)


def asked(till: Till) -> dict[str, Any]:
    return {"program_id": till.program, "request_id": f"times-{next(_NUMBERS)}"}


async def held(till: Till, buyer: str, points: int, seconds: int) -> str:
    request = spending.AuthorizeRedemptionRequest(
        **asked(till),
        member=member(buyer),
        location_id="quay-1",
        brand_id="CAFE",
        currency_code="EUR",
        points=points,
        hold_seconds=seconds,
        occur_time=moment(till.now),
    )
    return (await till.mesh.ledger.AuthorizeRedemption(request)).authorization.authorization_id


def capturing(till: Till, authorization_id: str, points: int) -> spending.CaptureRedemptionRequest:
    return spending.CaptureRedemptionRequest(
        **asked(till), authorization_id=authorization_id, points=points, occur_time=moment(till.now)
    )


async def test_a_hold_is_captured_until_the_last_microsecond(street: Till) -> None:
    ana = await street.enroll("ANA")
    await sell(street, ana, line(1, "CAFE", 2_000))
    authorization_id = await held(street, ana, 100, 60)
    for after in (59 * SECOND, 60 * SECOND - timedelta(microseconds=1)):
        street.now = NOON + after
        await street.mesh.ledger.CaptureRedemption(capturing(street, authorization_id, 10))
    street.now = NOON + 60 * SECOND
    refusal = await refusal_of(street.mesh.ledger.CaptureRedemption(capturing(street, authorization_id, 10)))
    assert (said(refusal)[2], refusal.metadata["state"]) == ("AUTHORIZATION_ENDED", "TIMED_OUT")
    assert (await sell(street, ana)).wallet.available == 80


async def test_points_that_lapse_while_they_are_held_can_be_captured_and_lapse_when_freed(street: Till) -> None:
    """Of 30 of the coffee card, which lapse with the quarter, 20 are held over its end."""
    ana = await street.enroll("ANA")
    sold = await sell(street, ana, line(1, "CAFE", 100, categories=["coffee"], quantity=3))
    assert [(one.rule_id, one.granted) for one in sold.earned] == [("cafe-base", 5), ("cafe-coffee", 30)]
    street.now = datetime(2025, 6, 29, 12, tzinfo=UTC)
    authorization_id = await held(street, ana, 20, 7 * 86_400)
    street.now += 3 * DAY
    captured = await street.mesh.ledger.CaptureRedemption(capturing(street, authorization_id, 10))
    # The 10 that were not held have lapsed; 5 of the base and 10 held are left.
    assert (captured.wallet.balance, captured.wallet.held, captured.wallet.available) == (15, 10, 5)
    void = spending.VoidRedemptionRequest(
        **asked(street), authorization_id=authorization_id, occur_time=moment(street.now)
    )
    assert (await street.mesh.ledger.VoidRedemption(void)).wallet.balance == 5
    # Given back after they lapsed, they live 14 days more.
    restore = spending.RestoreRedemptionRequest(
        **asked(street), redemption_id=captured.redemption.redemption_id, occur_time=moment(street.now)
    )
    assert (await street.mesh.ledger.RestoreRedemption(restore)).wallet.balance == 15
    street.now += 14 * DAY - SECOND
    assert (await sell(street, ana)).wallet.balance == 15
    street.now += SECOND
    assert (await sell(street, ana)).wallet.balance == 5


async def test_rolling_points_lapse_a_year_after_the_last_activity_and_not_a_second_sooner(street: Till) -> None:
    ana = await street.enroll("ANA")
    await sell(street, ana, line(1, "CAFE", 1_000))
    street.now = seen = NOON + 100 * DAY
    await sell(street, ana, line(1, "CAFE", 100))
    # A sale that earns nothing is no activity.
    street.now += DAY
    await sell(street, ana)
    wallet = (await street.wallet(ana)).wallet
    assert wallet.next_expire_time.ToDatetime(UTC) == seen.replace(year=seen.year + 1)
    street.now = seen.replace(year=seen.year + 1) - SECOND
    assert (await adjusted(street, ana, 1)).wallet.balance == 56
    street.now += SECOND
    # The adjustment was no activity of the member's.
    assert (await adjusted(street, ana, 1)).wallet.balance == 2


async def adjusted(till: Till, buyer: str, points: int, expire: datetime | None = None) -> people.AdjustPointsResponse:
    change = people.Adjustment(
        points=points,
        brand_id="CAFE",
        expire_time=moment(expire) if expire else None,
        reason_code="goodwill",
        operator_id="kim",
    )
    request = people.AdjustPointsRequest(
        **asked(till), member=member(buyer), adjustment=change, occur_time=moment(till.now)
    )
    return await till.mesh.ledger.AdjustPoints(request)


async def test_points_are_not_given_for_a_time_that_is_over(street: Till) -> None:
    ana = await street.enroll("ANA")
    for expire in (street.now - DAY, street.now):
        refusal = await refusal_of(adjusted(street, ana, 5, expire))
        assert faulty_fields(refusal) == ["adjustment.expire_time"]
    assert (await adjusted(street, ana, 5, street.now + SECOND)).wallet.balance == 5


async def test_an_expiry_is_never_moved_to_the_past(street: Till) -> None:
    ana = await street.enroll("ANA")
    given = await adjusted(street, ana, 100, street.now + 5 * DAY)
    for days in (-1, 0, 4, 5):
        request = people.ExtendExpiryRequest(
            **asked(street),
            member=member(ana),
            accrual_ids=[given.accrual_id],
            expire_time=moment(street.now + days * DAY),
            reason="because",
            operator_id="kim",
            occur_time=moment(street.now),
        )
        assert said(await refusal_of(street.mesh.ledger.ExtendExpiry(request)))[2] == "NOTHING_TO_EXTEND"
    street.now += 5 * DAY
    assert (await sell(street, ana)).wallet.balance == 0


async def test_a_quote_of_everything_is_of_what_the_brand_would_take(street: Till) -> None:
    """Green Cross takes 500 points and more, in hundreds."""
    ana = await street.enroll("ANA")
    request = ledger.QuoteRedemptionRequest(
        program_id=street.program,
        member=member(ana),
        location_id="square-2",
        brand_id="PHARMACY",
        currency_code="EUR",
    )
    for balance, quoted in ((480, 480), (1_060, 1_000)):
        await adjusted(street, ana, balance - (await street.wallet(ana)).wallet.balance)
        quote = (await street.mesh.ledger.QuoteRedemption(request)).quote
        assert (quote.available, quote.points) == (balance, quoted)
    # Of 480 it takes none: the text says so.
    request.points = 480
    text = (await street.mesh.ledger.QuoteRedemption(request)).quote.receipt_text
    assert "takes at least 500 stars, in blocks of 100" in text


NEVER_WRITTEN: dict[str, Sequence[tuple[int, int]]] = {
    "beyond the log": [(0, 10**6)],
    "far beyond it": [(0, 2**63 - 1)],
    "no such partition": [(99, 0)],
    "no partition at all": [(-1, 0)],
}


@pytest.mark.parametrize("case", NEVER_WRITTEN)
async def test_a_cursor_that_was_never_given_is_refused_everywhere(live_shop: Till, case: str) -> None:
    program, stub = live_shop.program, live_shop.mesh.ledger
    cursor = [log_position_pb2.LogPosition(partition=p, position=n) for p, n in NEVER_WRITTEN[case]]
    calls = (
        stub.GetLedgerTotals(ledger.GetLedgerTotalsRequest(program_id=program, up_to=cursor)),
        _first(stub.ExportMovements(reading.ExportMovementsRequest(program_id=program, after=cursor))),
        _first(stub.ExportMovements(reading.ExportMovementsRequest(program_id=program, up_to=cursor))),
        _first(stub.StreamEvents(ledger.StreamEventsRequest(program_id=program, after=cursor, stop_at_head=True))),
    )
    assert [said(await refusal_of(call))[2] for call in calls] == ["CURSOR_INVALID"] * 4


async def _first(stream: Any) -> object:
    async for message in stream:
        return message
    return None


async def test_an_export_goes_on_at_every_cursor_it_gives(street: Till) -> None:
    for name in ("ANA", "BO", "CY"):
        buyer = await street.enroll(name)
        for _ in range(4):
            await sell(street, buyer, line(1, "CAFE", 1_000), line(2, "BOOKS", 1_000))
        await held(street, buyer, 100, 60)
    asked_for = reading.ExportMovementsRequest(program_id=street.program)
    parts = [part async for part in street.mesh.ledger.ExportMovements(asked_for)]
    whole = [move for part in parts for move in part.movements]
    # Per member four sales of three accruals each, and two of them held.
    assert len(whole) == 3 * (4 * 3 + 2)
    end = parts[-1].cursor
    for number, part in enumerate(parts, start=1):
        rest = reading.ExportMovementsRequest(program_id=street.program, after=part.cursor, up_to=end)
        after = [move async for more in street.mesh.ledger.ExportMovements(rest) for move in more.movements]
        assert [move for before in parts[:number] for move in before.movements] + after == whole
