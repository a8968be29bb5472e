"""What events tell of the prices behind points: the lines of a sale that earned, with what was paid for them."""

from dataclasses import replace

import pytest

from chassis.values.money import Money
from ledger_service.domain.commands import Award
from ledger_service.domain.order import OrderLine
from ledger_service.domain.sold import SoldLine
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_people import People
from tests.support.pure_returns import Returns, whole
from tests.support.pure_sales import anonymous_sale, claimed

COUPON = replace(sold(2, 3_000, "harbor"), paid=2_500)
LINES = [sold(3, 700, "peak"), COUPON, sold(1, 4_000, "north"), sold(4, 90, "")]
AWARDS = [award(1, 40, "north"), award(1, 5, "north", rule="bonus"), award(2, 60, "harbor")]
TOLD = (SoldLine(1, "north", Money("USD", 4_000)), SoldLine(2, "harbor", Money("USD", 2_500)))


def told(ledger: PureLedger) -> tuple[SoldLine, ...]:
    return ledger.events[-1].sold_lines


@pytest.fixture
def ledger() -> PureLedger:
    ledger = PureLedger()
    ledger.post_order("ana", "sale", LINES, AWARDS)
    return ledger


def test_a_sale_tells_its_lines_that_earned_by_line(ledger: PureLedger) -> None:
    assert told(ledger) == TOLD


def test_a_sale_that_earns_nothing_tells_none() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "sale", LINES, [])
    assert told(ledger) == ()


def test_a_sale_of_nobodys_tells_them_once_it_is_claimed() -> None:
    ledger = PureLedger()
    ledger.run(anonymous_sale(ledger, "sale", LINES))
    assert told(ledger) == ()
    claimed(ledger, "ana", "sale", AWARDS)
    assert told(ledger) == TOLD


def test_an_exchange_tells_those_of_what_was_taken_instead(ledger: PureLedger) -> None:
    instead = ledger.order_command("ana", "instead", [sold(1, 4_200, "north")], [award(1, 42, "north")])
    Returns(ledger).exchange("back", {1: whole("sale", 1)}, instead)
    assert told(ledger) == (SoldLine(1, "north", Money("USD", 4_200)),)


@pytest.mark.parametrize(
    ("line", "awards", "expected"),
    [
        (sold(1, 3_900, "north"), AWARDS, (SoldLine(1, "north", Money("USD", -100)),)),
        (replace(COUPON, paid=2_600), AWARDS, (SoldLine(2, "harbor", Money("USD", 100)),)),
        (sold(1, 4_000, "north", quantity=2), AWARDS, ()),
        (sold(3, 800, "peak"), AWARDS, ()),
        (sold(3, 800, "peak"), [*AWARDS, award(3, 8, "peak")], (SoldLine(3, "peak", Money("USD", 800)),)),
        (sold(1, 0, "north"), AWARDS[2:], (SoldLine(1, "north", Money("USD", -4_000)),)),
    ],
    ids=["cheaper", "what was paid", "no other price", "never earned", "earns only now", "earns no more"],
)
def test_a_correction_tells_by_how_much_prices_have_changed(
    ledger: PureLedger,
    line: OrderLine,
    awards: list[Award],
    expected: tuple[SoldLine, ...],
) -> None:
    People(ledger).correct("ana", "sale", awards, line)
    assert told(ledger) == expected


def test_other_events_tell_none(ledger: PureLedger) -> None:
    People(ledger).adjust("ana", 5)
    assert told(ledger) == ()
