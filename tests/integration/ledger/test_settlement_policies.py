"""Policies, rates and own prices are stored with what they belong to, summed up apart, and guarded by checkers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.rounding import Ratio
from deploy.local.stack import LocalStack
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.commands import PostOrder, PostReturn, RestoreRedemption
from ledger_service.domain.integrity import CarryingTotal, LedgerTotals, ObligationTotal, OwnPriceTotal
from ledger_service.domain.order import DocumentRef
from ledger_service.domain.policies import ReturnPolicy, SettlementPolicy, SpentPoints
from ledger_service.domain.redemption import CurrencyTerm, SettlementTerm
from tests.integration.ledger.crime import Crime
from tests.integration.ledger.house import House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON, award, sold, terms
from tests.support.servers import Databases

REIMBURSE, RESERVE, NONE = SettlementPolicy.REIMBURSE, SettlementPolicy.RESERVE, SettlementPolicy.NONE
MONEY = ReturnPolicy(spent=SpentPoints.REDUCE_REFUND)
BY_BOOKS = SettlementTerm("agr", share_of_liability=Ratio.of("0.9"))
LINDEN = replace(
    terms("linden", "1", {"north": "1", "harbor": "1", "peak": "1"}),
    currencies={"EUR": CurrencyTerm("ecb", Ratio(5, 4))},
)
LINDEN = replace(LINDEN, settlement={**LINDEN.settlement, "euro": BY_BOOKS})
OWNERS = {"north": 6_000, "linden": 4_000}


@dataclass
class Told:
    """A ledger's history, its sums, and who may look at it."""

    crime: Crime
    totals: LedgerTotals
    rates: list[tuple[object, ...]]


def sale(shop: Shop, document: str, points: int, brand: str, policy: SettlementPolicy, **more: object) -> PostOrder:
    """A sale of one line under a policy."""
    shop.pure.policy, shop.pure.reserve = policy, "hq" if policy is RESERVE else ""
    given = award(1, points, brand, **more)  # type: ignore[arg-type]
    return shop.pure.order_command("ana", document, [sold(1, 100, brand)], [given])


def refunded(shop: Shop, document: str, sale_id: str) -> PostReturn:
    """A whole sale comes back; what was spent of its points is kept from the refund."""
    back = shop.back("ana", document, sale_id)
    part = shop.pure.return_part(back.returned.document, {DocumentRef("till", sale_id): "ana"}, MONEY)
    return PostReturn(back.origin, part)


@pytest.fixture(scope="module")
async def told(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Told]:
    """Ana spends points of each policy, some of Linden's own, some carried in euros. A part of the redemption is
    restored. The reserve's goods come back and are taken from the refund; those of REIMBURSE too, and leave a debt that
    points of NONE repay."""
    shop, clock = Shop(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            euro = PointRate("EUR", Ratio(1, 1))
            await house.done(sale(shop, "a-reserve", 100, "north", RESERVE, funders=OWNERS))
            await house.done(sale(shop, "b-none", 100, "harbor", NONE))
            await house.done(sale(shop, "c-usual", 100, "peak", REIMBURSE))
            await house.done(sale(shop, "d-euro", 100, "euro", RESERVE, rate=euro))
            spend = shop.spend("ana", 400, LINDEN)
            await house.done(spend)
            await house.done(RestoreRedemption(shop.pure.origin("ana"), spend.redemption_id, 200, "", MONEY, b""))
            await house.done(shop.spend("ana", 200, LINDEN))
            await house.done(refunded(shop, "r1", "a-reserve"))
            await house.done(shop.back("ana", "r2", "c-usual"))
            await house.done(sale(shop, "e-none", 60, "harbor", NONE))
            assert await house.broken() == []
            totals = await engine.auditor.totals("prg", [LogPosition(0, 99)])
            rates = await house.rows("SELECT DISTINCT rate_id, debtor FROM obligation ORDER BY 1, 2")
        yield Told(Crime(servers.postgres.url(database.name)), totals, rates)


def test_what_is_owed_is_summed_up_by_policy(told: Told) -> None:
    """Each of the four is worth 1.00, and half of it was restored and spent again. 100 euro cents are 1.125 at 90% and
    1.25, rounded to 1.13; less 0.57 for half of them, and 0.56 once more."""
    assert told.totals.obligations == (
        ObligationTotal("euro", "linden", "USD", 112, RESERVE, "hq"),
        ObligationTotal("north", "linden", "USD", 60, RESERVE, "hq"),
        ObligationTotal("peak", "linden", "USD", 100),
        ObligationTotal("shop-entity", "linden", "USD", 40),
        ObligationTotal("shop-entity", "north", "USD", 60),
    )


def test_own_prices_are_summed_up_where_they_pass_a_reserve(told: Told) -> None:
    assert told.totals.own_prices == (OwnPriceTotal("linden", "USD", 40, "hq"),)


def test_what_accruals_stand_for_is_summed_up_by_policy(told: Told) -> None:
    assert told.totals.carrying == (CarryingTotal("peak", "USD", 0, -40),)


def test_rates_are_kept_with_the_obligations_they_priced(told: Told) -> None:
    assert told.rates == [("", "north"), ("", "peak"), ("", "shop-entity"), ("ecb", "euro")]


async def test_every_checker_is_green_before(told: Told) -> None:
    assert await told.crime.after() == {}


SPENT = "kind = 'redeemed' AND cause = 'redemption' AND accrual_id IN (SELECT accrual_id FROM accrual WHERE {})"


@pytest.mark.parametrize(
    ("change", "where"),
    [("place_entity = ''", "settlement_policy = 'none'"), ("place_entity = 'peak'", "settlement_policy = 'reserve'")],
)
async def test_whose_own_price_it_was(told: Told, change: str, where: str) -> None:
    red = await told.crime.after(f"UPDATE movement SET {change} WHERE {SPENT.format(where)}")
    assert "policies" in red


async def test_a_price_of_points_that_owe_nobody(told: Told) -> None:
    where = SPENT.format("settlement_policy = 'none'")
    red = await told.crime.after(f"UPDATE movement SET price = 1 WHERE {where}")
    assert {"policies", "chains"} <= set(red)


async def test_a_policy_that_was_another_at_birth(told: Told) -> None:
    red = await told.crime.after(
        "UPDATE accrual SET settlement_policy = 'reimburse', reserve_entity = '' WHERE settlement_policy = 'reserve'"
    )
    assert set(red) == {"chains"}


async def test_another_rate(told: Told) -> None:
    name, _ = await caught_once(told, "UPDATE obligation SET rate_id = 'fed' WHERE rate_id = 'ecb' AND amount > 100")
    assert name == "chains"


async def test_what_nobody_paid_of_a_debt(told: Told) -> None:
    name, _ = await caught_once(told, "UPDATE burn SET waived = waived - 1 WHERE waived > 0")
    assert name == "burns"


async def caught_once(told: Told, statement: str) -> tuple[str, str]:
    """The one checker that is red, and its first finding."""
    [(name, findings)] = (await told.crime.after(statement)).items()
    return name, findings[0]
