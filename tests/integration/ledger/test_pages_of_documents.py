"""Pages of documents end before they are too large for an answer, whatever number was asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Code, Refusal
from ledger_service.domain.refused_order import RefusedFilter, RefusedOrder, RefusedPlace, RefusedTotal
from ledger_service.store import refused_orders, returns
from ledger_service.store.refused_orders import PostgresRefusedOrders
from ledger_service.store.returns import PostgresReturns
from ledger_service.use_cases.return_ports import ParkedKey
from tests.integration.ledger.counter import Counter
from tests.integration.ledger.house import House
from tests.support.pure_ledger import NOON

EVERYTHING = RefusedFilter("prg", None, "")


async def test_a_page_of_parked_returns_ends_at_its_bytes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Counter()
    await house.done(*(shop.early("ana", f"back-{number}", f"sale-{number}") for number in range(3)))
    reads = PostgresReturns(house.engine.database)
    whole, more = await reads.parked("prg", None, "", None, 10)
    assert (len(whole), more) == (3, False)
    monkeypatch.setattr(returns, "PAGE_BYTES", 1)
    seen, after = [], None
    for left in (True, True, False):
        [one], more = await reads.parked("prg", None, "", after, 10)
        assert more is left
        assert one.park_time is not None
        seen.append(one)
        after = ParkedKey(one.park_time, one.return_id)
    assert seen == whole


async def test_a_page_of_refused_uploads_ends_at_its_bytes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = PostgresRefusedOrders(house.engine.database)
    for number in range(3):
        await kept.keep(refused(number))
    whole, more = await kept.page(EVERYTHING, None, 10)
    assert ([one.request_id for one in whole], more) == (["req-0", "req-1", "req-2"], False)
    monkeypatch.setattr(refused_orders, "PAGE_BYTES", 1)
    seen, after = [], None
    for left in (True, True, False):
        [one], more = await kept.page(EVERYTHING, after, 10)
        assert more is left
        seen.append(one)
        after = RefusedPlace(one.first_time, one.key)
    assert [one.key for one in seen] == [one.key for one in whole]


async def test_a_page_tells_whether_there_is_more_than_was_asked_for(house: House) -> None:
    kept = PostgresRefusedOrders(house.engine.database)
    for number in range(3):
        await kept.keep(refused(number))
    assert [(len(page.items), page.more) for page in [await kept.page(EVERYTHING, None, most) for most in (2, 3)]] == [
        (2, True),
        (3, False),
    ]
    assert await kept.page(RefusedFilter("other", None, ""), None, 2) == ([], False)


async def test_totals_that_do_not_fit_are_left_out(house: House) -> None:
    """No upload comes in that is as large; what was kept otherwise does not hide the page."""
    kept = PostgresRefusedOrders(house.engine.database)
    for number in range(2):
        one = refused(number)
        await kept.keep(replace(one, document=replace(one.document, total=INT64_MAX)))
    assert await kept.totals(EVERYTHING) == [RefusedTotal("LOCATION_NOT_FOUND", "USD", 2, None)]


def refused(number: int) -> RefusedOrder:
    document = Counter().sale("ana", f"doc-{number}", 10).order.document
    refusal = Refusal(Code.NOT_FOUND, "LOCATION_NOT_FOUND", "rules.loyalty", "no such location", {})
    when = NOON + timedelta(minutes=number)
    return RefusedOrder("prg", b"%d" % number, b"asked", "till-1", f"req-{number}", document, refusal, when, when)
