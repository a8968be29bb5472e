"""Books as of any moment: the same as what the journal comes to, without being read from the beginning."""

import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date, timedelta

import asyncpg
import pytest
import pytest_asyncio
from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.settlement.v1.as_of_pb2 import AsOf
from loyalty.type.v1.money_pb2 import Ratio
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.domain.as_of import At, Day, Now, PeriodEnd
from settlement_service.domain.figures import BrandPoints
from settlement_service.store.figures import FiguresStore
from settlement_service.store.statements import SQL
from tests.integration.settlement.closing import FEBRUARY, JANUARY, Desk, lot, month, program
from tests.integration.settlement.house import open_house
from tests.property.settlement.model import PROGRAM
from tests.property.settlement.test_books import STEPS
from tests.support.servers import Databases


@pytest_asyncio.fixture(scope="module")
async def desk(servers: LocalStack, databases: Databases) -> AsyncIterator[Desk]:
    """Finance's desk, two months closed and a third begun; tests only read there."""
    terms = program(Ratio(numerator=1, denominator=2))
    async with databases.fresh("settlement") as books, open_house(servers, books, program=terms) as house:
        desk = Desk(house)
        world = month()
        await desk.post(world)
        await desk.whole_close()
        world.earn((lot("e", "north"), 100))
        world.redeem("north", 30, world.lots[0].rate)
        await desk.post(world, days=31)
        await desk.whole_close(FEBRUARY, 2)
        world.earn((lot("f", "linden"), 10))
        await desk.post(world, days=60)
        yield desk


async def entity_books(
    desk: Desk, entity: str, as_of: AsOf, *, from_the_first: bool = False
) -> dict[str, tuple[int, ...]]:
    """opening, debits, credits, closing by `currency account`."""
    span = messages.SPAN_BEGINNING_FIRST_MOVEMENT if from_the_first else messages.SPAN_BEGINNING_UNSPECIFIED
    async with desk.house.stub() as stub:
        answer = await stub.GetEntityBooks(
            messages.GetEntityBooksRequest(program_id=PROGRAM, entity_id=entity, as_of=as_of, span=span)
        )
    return {
        f"{currency.currency_code or 'points'} {row.account}": (row.opening, row.debits, row.credits, row.closing)
        for currency in answer.books.currencies
        for row in currency.accounts
    }


async def test_an_entitys_month_rolls_from_its_opening_to_its_closing(desk: Desk) -> None:
    january, february = [await entity_books(desk, "north", AsOf(period=name)) for name in (JANUARY, FEBRUARY)]
    # 40 and 25 points at 0.8 cents; 40 spent at Linden. Then 100 more, and 30 spent at home.
    assert january["USD points_liability"] == (0, 32, 52, -20)
    assert february["USD points_liability"] == (-20, 24, 80, -76)
    assert january["USD due_to"] == (0, 0, 32, -32)
    assert february["USD due_to"] == (-32, 0, 0, -32)
    assert january["points points_outstanding"] == (0, 40, 65, -25)
    for books in (january, february):
        assert all(opening + debits - credited == closing for opening, debits, credited, closing in books.values())


async def test_a_span_may_begin_with_the_first_movement(desk: Desk) -> None:
    books = await entity_books(desk, "north", AsOf(period=FEBRUARY), from_the_first=True)
    assert books["USD points_liability"] == (0, 56, 132, -76)


async def test_positions_by_counterparty_are_what_both_sides_say(desk: Desk) -> None:
    async with desk.house.stub() as stub:
        north, linden = [
            (await stub.GetEntityBooks(messages.GetEntityBooksRequest(program_id=PROGRAM, entity_id=name))).books
            for name in ("north", "linden")
        ]
    assert [(each.counterparty_entity_id, each.due_to, each.due_from) for each in north.positions] == [
        ("linden", 32, 0)
    ]
    # Peak's share of what Linden bore comes by the month-end voucher.
    assert {each.counterparty_entity_id: each.due_from for each in linden.positions} == {
        "harbor": 48,
        "north": 32,
        "peak": 21,
    }


@pytest.mark.parametrize("as_of", [AsOf(), AsOf(period=JANUARY), AsOf(date="2026-02-01"), AsOf(date="2025-12-31")])
async def test_a_trial_balances_columns_are_equal(desk: Desk, as_of: AsOf) -> None:
    async with desk.house.stub() as stub:
        for entity in ("", "north", "linden"):
            answer = await stub.GetTrialBalance(
                messages.GetTrialBalanceRequest(program_id=PROGRAM, entity_id=entity, as_of=as_of)
            )
            for balance in answer.balances:
                assert balance.debits == balance.credits == sum(line.debit for line in balance.lines) > 0
                assert sum(line.credit for line in balance.lines) == balance.credits


async def test_accounts_have_the_names_of_the_programs_chart(desk: Desk) -> None:
    async with desk.house.stub() as stub:
        answer = await stub.GetTrialBalance(messages.GetTrialBalanceRequest(program_id=PROGRAM))
    names = {line.account: (line.code, line.name) for balance in answer.balances for line in balance.lines}
    assert names["points_liability"] == ("2100", "Points outstanding")
    assert names["due_to"] == ("due_to", "Due to")


@pytest.mark.parametrize(
    ("entity", "as_of", "reason"),
    [
        ("nobody", AsOf(), "ENTITY_UNKNOWN"),
        ("north", AsOf(period="2026-07"), "PERIOD_NOT_FOUND"),
        ("north", AsOf(period="2026-7"), "MALFORMED"),
        ("north", AsOf(date="2026-02-30"), "MALFORMED"),
        ("north", AsOf(date="20260201"), "MALFORMED"),
    ],
)
async def test_what_is_not_there_is_refused(desk: Desk, entity: str, as_of: AsOf, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await entity_books(desk, entity, as_of)
    assert refusal.value.reason == reason


RECOMPUTED = """
SELECT p.entity_id, p.currency, p.account, p.counterparty, coalesce(m.brand_id, ''), sum(p.amount)::bigint AS amount
  FROM (
    SELECT e.*, s.account, s.counterparty, s.amount, e.currency_code AS currency
      FROM journal_entry AS e
     CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS s (account, counterparty, amount)
     UNION ALL
    SELECT e.*, s.account, '', s.amount, ''
      FROM journal_entry AS e
     CROSS JOIN LATERAL unnest(e.point_accounts, e.point_amounts) AS s (account, amount)
  ) AS p
  LEFT JOIN booked_movement AS m
    ON m.program = p.program AND m.home_member_id = p.home_member_id AND m.sequence = p.movement_sequence
  LEFT JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
  LEFT JOIN voucher AS w ON w.program = p.program AND w.voucher_id = p.voucher_id
 WHERE p.period_sequence <= $1 AND (coalesce(v.post_time, w.post_time) AT TIME ZONE 'UTC')::date <= $2
 GROUP BY 1, 2, 3, 4, 5
HAVING sum(p.amount) <> 0
"""

RECOUNTED = """
SELECT m.brand_id, m.kind, sum(m.points)::bigint AS points
  FROM booked_movement AS m
  JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
 WHERE m.period_sequence <= $1 AND (v.post_time AT TIME ZONE 'UTC')::date <= $2
 GROUP BY 1, 2
"""


async def recomputed(connection: asyncpg.Connection, sql: str, at: At) -> dict[tuple[str, ...], int]:
    """Sums by everything but the last column, from journal and movements alone."""
    period = at.sequence if isinstance(at, PeriodEnd) else 2**31 - 1
    day = at.date if isinstance(at, Day) else date(9999, 1, 1)
    return {tuple(row)[:-1]: row[-1] for row in await connection.fetch(sql, period, day)}


def points_by_kind(brands: list[BrandPoints]) -> dict[tuple[str, ...], int]:
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for row in brands:
        sums[row.brand, row.kind] += row.points
    return sums


@pytest.mark.parametrize("seed", range(3))
async def test_figures_at_any_cut_and_day_are_what_the_journal_comes_to(
    servers: LocalStack, databases: Databases, seed: int
) -> None:
    """Random histories, cuts and closes; every moment is compared with a recomputation from the journal."""
    chance = random.Random(seed)
    async with databases.fresh("settlement") as books, open_house(servers, books, program=program()) as house:
        desk, world = Desk(house), month()
        periods = [f"2026-{number:02}" for number in range(1, 5)]
        for number, name in enumerate(periods, 1):
            for _ in range(6):
                step = chance.choice([step for step in STEPS if step != "cut"])
                STEPS[step](world, chance.randrange(9), chance.randrange(1, 200), chance.randrange(9))
            await desk.post(world, days=20 * number)
            await desk.begin(name)
            if number < 4:
                await desk.reconciled(number)
                await desk.close(name, request=name)
        moments: list[At] = [Now(), *(PeriodEnd(number, name) for number, name in enumerate(periods, 1))]
        moments += [Day(date(2025, 12, 31) + timedelta(days=step)) for step in range(0, 130, 7)]
        async with (
            house.sql() as connection,
            open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool,
        ):
            figures = FiguresStore(pool)
            for at in moments:
                _, balances = await figures.balances(PROGRAM, at)
                found: dict[tuple[str, ...], int] = {
                    (each.entity, each.currency, each.account, each.counterparty, each.brand): each.amount
                    for each in balances
                }
                assert found == await recomputed(connection, RECOMPUTED, at), at
                _, [standing] = await figures.standings(PROGRAM, [at])
                brands = points_by_kind(list(standing.brands))
                assert brands == await recomputed(connection, RECOUNTED, at), at
                assert not any(sums_by_entity(found).values())
        assert await desk.violations() == {}


def sums_by_entity(balances: dict[tuple[str, ...], int]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (entity, currency, *_), amount in balances.items():
        sums[entity, currency] += amount
    return sums


async def test_figures_of_a_late_moment_do_not_read_the_early_periods(books: Database) -> None:
    """A hundred closed periods of a hundred accounts on thirty days: the last closing is read, and what follows it."""
    connection = await asyncpg.connect(books.owner_url)
    try:
        await connection.execute(
            "INSERT INTO account_day SELECT 'p', s, date '2018-01-01' + 30 * s + d, 'e' || a, 'USD', 'cash_clearing',"
            " '', '', 1, 1 FROM generate_series(1, 101) AS s, generate_series(0, 29) AS d, generate_series(1, 100) AS a"
        )
        await connection.execute(
            "INSERT INTO period_balance SELECT 'p', s, 'e' || a, 'USD', 'cash_clearing', '', '', 30 * s"
            " FROM generate_series(1, 100) AS s, generate_series(1, 100) AS a"
        )
        await connection.execute("ANALYZE account_day, period_balance")
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE balances AS {SQL.read_balances.sql}")
        for at in ("2147483647, '9999-12-31'", "2147483647, '2026-05-01'"):
            rows = await connection.fetch(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE balances ('p', 100, {at}, '')"
            )
            assert "Seq Scan" not in rows[0][0]
            assert most_rows(rows[0][0]) <= 3_000 + 100
    finally:
        await connection.close()


def most_rows(plan: str) -> int:
    """The most rows any scan has read, those that it filtered out among them."""

    def walk(node: dict[str, object]) -> int:
        here: int = int(node.get("Actual Rows", 0)) + int(node.get("Rows Removed by Filter", 0))  # type: ignore[call-overload]
        below: list[int] = [walk(child) for child in node.get("Plans", [])]  # type: ignore[attr-defined]
        return max(here, *below, 0)

    whole: dict[str, object] = json.loads(plan)[0]["Plan"]
    return walk(whole)
