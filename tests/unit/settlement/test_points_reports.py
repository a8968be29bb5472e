"""Reports on points given, from what the books know of cohorts period by period."""

from dataclasses import replace

import pytest

from chassis.values.calendar import Interval
from chassis.values.rounding import ONE, Ratio
from settlement_service.domain.books import PointsTotal
from settlement_service.domain.breakage.cohort import Cohort
from settlement_service.domain.breakage.estimates import estimates_of
from settlement_service.domain.breakage.history import (
    Allocated,
    CohortHistory,
    CohortMovements,
    CohortSales,
    divided,
    standings,
)
from settlement_service.domain.breakage.reports import carried_rows, liabilities, revenues
from settlement_service.domain.program_facts import BrandFacts, PointValue, ProgramFacts, SettlementTerms

NORTH = Cohort("NORTH", "2026-10", "USD")
CENT = Ratio(1, 1)


def facts(breakage: str = "0.05") -> ProgramFacts:
    """A program whose points are worth a unit of money at North."""
    value = PointValue("USD", ONE, Interval(None, None))
    terms = SettlementTerms(breakage={"": Ratio.of(breakage)})
    return ProgramFacts("p", brands={"NORTH": BrandFacts("NORTH", "North", "north", (value,))}, settlement=terms)


def moved(sequence: int, kind: str, points: int, outstanding: int, origin: str = "SALE") -> CohortMovements:
    """Movements that are carried at one minor unit a point."""
    total = PointsTotal(kind, "", points, outstanding, 0)
    return CohortMovements(sequence, NORTH, origin, CENT, total, outstanding, 0)


FIRST = [moved(1, "EARNED", 10_000, 10_000), moved(1, "REDEEMED", 4_500, -4_500)]
SECOND = [moved(2, "REDEEMED", 4_000, -4_000)]
SALES = [CohortSales(1, NORTH, 100_000)]


def history(movements: list[CohortMovements], closed: int = 0) -> CohortHistory:
    """What is known once `closed` periods were closed with 95% expected."""
    kept = [Allocated(1, NORTH, 8_676)] if closed else []
    expected = {(sequence, "NORTH"): Ratio.of("0.95") for sequence in range(1, closed + 1)}
    return CohortHistory(movements, SALES, kept, expected, frozenset(range(1, closed + 1)))


def test_an_open_period_is_divided_as_if_it_were_closed_now() -> None:
    assert divided(history(FIRST), 1, estimates_of(facts())) == (Allocated(1, NORTH, 8_676),)


def test_the_first_year_of_the_domain_page() -> None:
    now = standings(history(FIRST), 1, estimates_of(facts()))
    [row] = revenues({}, now)
    assert (row.roll.money.deferred, row.roll.money.revenue, row.roll.money.closing) == (8_676, 4_110, 4_566)


def test_a_new_estimate_works_on_what_closed_periods_divided() -> None:
    raised = estimates_of(facts("0.03"))
    known = history(FIRST + SECOND, closed=1)
    [row] = revenues(standings(known, 1, raised), standings(known, 2, raised))
    assert (row.roll.money.opening, row.roll.money.revenue, row.roll.money.change_of_estimate) == (4_566, 3_493, -85)


def test_a_closed_period_is_never_divided_again() -> None:
    known = history(FIRST + SECOND, closed=1)
    dear = replace(facts(), brands={"NORTH": BrandFacts("NORTH", "North", "north", ())})
    assert standings(known, 2, estimates_of(dear))[NORTH].allocated == 8_676


@pytest.mark.parametrize("paid", [0, -500])
def test_sales_that_came_to_nothing_divide_nothing(paid: int) -> None:
    known = CohortHistory(FIRST, [CohortSales(1, NORTH, paid)], [], {}, frozenset())
    assert divided(known, 1, estimates_of(facts())) == ()


def test_goodwill_shares_in_no_sale() -> None:
    known = history([moved(1, "ADJUSTED", 10_000, 10_000, origin="GOODWILL")])
    assert divided(known, 1, estimates_of(facts())) == ()


def test_a_point_is_worth_what_its_brand_gives_at_the_end_of_the_month() -> None:
    october = PointValue("USD", Ratio(2, 1), Interval(None, None))
    asked = estimates_of(replace(facts(), brands={"NORTH": BrandFacts("NORTH", "North", "north", (october,))}))
    assert asked.face(NORTH) == Ratio(2, 1)
    assert asked.face(replace(NORTH, currency="CAD")) == Ratio(0, 1)


def test_the_liability_tells_what_is_expected_of_it() -> None:
    known = history(FIRST)
    [row] = liabilities(known, standings(known, 1, estimates_of(facts())))
    assert (row.outstanding, row.carried, row.expected) == (5_500, 5_500, 5_000)


def test_debt_is_a_row_of_its_own() -> None:
    debt = CohortMovements(1, NORTH, "SALE", CENT, PointsTotal("REVERSED", "", 10, -10, 10), 0, -10)
    rows = carried_rows([*FIRST, debt])
    assert [(row.points, row.minor_units) for row in rows] == [(5_500, 5_500), (-10, -10)]


def test_points_that_contradict_each_other_are_named() -> None:
    with pytest.raises(ValueError, match="NORTH, 2026-10, USD"):
        standings(history([moved(1, "REDEEMED", 5, -5)]), 1, estimates_of(facts()))
