"""Closing a month, and asking for its books as of a day in it, with few movements and with very many."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import partial

from settlement_service.domain.as_of import Day
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.standing import Beginning
from settlement_service.store.books import BooksStore
from settlement_service.store.figures import FiguresStore
from settlement_service.store.period_names import PeriodNamesStore
from settlement_service.store.vouchers import VouchersStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.get_brand_books import GetBrandBooks
from settlement_service.use_cases.get_entity_books import GetEntityBooks
from settlement_service.use_cases.moments import Moments
from settlement_service.use_cases.reach import Reach
from tests.bench.closing import CLOSING, closing_case
from tests.bench.figures import Spread, counted, fine, ratio, spread, table
from tests.bench.laps import Lap, drive_in_turn
from tests.bench.months import BRAND, ENTITY, FACTS, PROGRAM, Month, open_months, sizes
from tests.bench.plan import Plan
from tests.bench.rounds import InTurn, Measured, rates
from tests.support.servers import Databases

TRIAL_BALANCE, BRAND_BOOKS = "GetTrialBalance", "GetBrandBooks"
CALLS = (CLOSING, TRIAL_BALANCE, BRAND_BOOKS)
GOAL = 1.3
"""A call over a month of very many movements, by the same over one of few."""

_DAY = Day(date(2026, 10, 20))

Call = Callable[[], Awaitable[object]]


def case_name(call: str, movements: int) -> str:
    """The name of a case."""
    return f"settlement, {call}, {movements:,} movements"


def moment(call: str) -> str:
    """As of when a call is asked, in words."""
    return "" if call == CLOSING else " as of a day"


@asynccontextmanager
async def settled_cases(databases: Databases, plan: Plan) -> AsyncIterator[list[InTurn]]:
    """All calls, each for both months in turn."""
    async with open_months(databases, plan) as months:
        closing, *asking = [[case_name(call, size) for size in sizes(plan)] for call in CALLS]
        kinds = zip(asking, zip(*map(_asking, months), strict=True), strict=True)
        yield [closing_case(closing, months), *(InTurn(names, partial(_laps, calls)) for names, calls in kinds)]


def by_few(measured: Measured, plan: Plan, call: str) -> Spread:
    """How many times as long it takes over the large month, by the middle call."""
    few, large = ([lap.p50 for lap in measured[case_name(call, size)]] for size in sizes(plan))
    return ratio(large, few)


def settled_table(measured: Measured, plan: Plan) -> str:
    """All cases, and how much longer the larger month takes."""
    few, _ = sizes(plan)
    rows = []
    for call in CALLS:
        for size in sizes(plan):
            case = case_name(call, size)
            p50, p99 = (spread([getattr(lap, name) for lap in measured[case]]) for name in ("p50", "p99"))
            longer = "" if size == few else fine(by_few(measured, plan, call))
            rows.append(
                (f"`{call}`", f"{size:,}", counted(spread(rates(measured, case))), fine(p50), fine(p99), longer)
            )
    return table(("call", "movements", "a second", "p50 ms", "p99 ms", "times as long"), rows)


async def _laps(calls: Sequence[Call], seconds: float) -> list[Lap]:
    return await drive_in_turn(calls, seconds)


def _asking(month: Month) -> tuple[Call, Call]:
    """The trial balance of an entity and the books of a brand, each as of a day in the month."""
    programs, books = ProgramDirectory(), BooksStore(month.pool)
    programs.learn(FACTS)
    reach, moments, figures = (
        Reach(books, BooksMoved()),
        Moments(PeriodNamesStore(month.pool)),
        FiguresStore(month.pool),
    )
    entities = GetEntityBooks(programs, reach, moments, figures, VouchersStore(month.pool))
    brands = GetBrandBooks(programs, reach, books, moments, figures)

    async def trial_balance() -> None:
        _, found = await entities.trial_balance(PROGRAM, ENTITY, _DAY, {}, _no_deadline)
        assert found

    async def brand_books() -> None:
        _, [found] = await brands(PROGRAM, BRAND, _everything, _DAY, Beginning.PERIOD, {}, _no_deadline)
        assert found

    return trial_balance, brand_books


def _no_deadline() -> float:
    return float("inf")


def _everything(brand: str) -> bool:
    return True
