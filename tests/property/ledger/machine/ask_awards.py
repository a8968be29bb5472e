"""Random awards, and the words of the model for what sales earn."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import ON_EVENT, AccrualKind, PointRate
from ledger_service.domain.commands import Award
from ledger_service.domain.order import OrderDocument, OrderLine
from tests.property.ledger.machine.documents import Sale
from tests.property.ledger.machine.facts import Lot
from tests.property.ledger.machine.world import World
from tests.support.pure_ledger import award

FUNDERS: tuple[dict[str, int], ...] = (
    {},
    {},
    {"hq": 10_000},
    {"north": 6_500, "harbor": 2_000, "peak": 1_500},
    {"linden": 5_000, "north": 5_000},
    {"peak": 3_333, "hq": 3_333, "harbor": 3_334},
)
RATES = ("4/5", "1", "1/3", "7/3", "0")
SCOPES = ("", "", "", "", "", "", "location:shop", "brands:harbor,north", "operator:franchise", "region:east")
DAYS = (None, None, None, None, None, -3, 1, 10, 60)


def awards_of(world: World, lines: list[OrderLine]) -> list[Award]:
    """Up to two rules pay on each line."""
    return [award_of(world, line, ordinal) for line in lines for ordinal in range(1, world.choose(0, 2) + 1)]


def award_of(world: World, line: OrderLine, ordinal: int) -> Award:
    """What one rule gives a line."""
    now = world.ledger.now
    days = world.one_of(DAYS)
    ready = world.one_of((None, None, None, None, -1, 1, 3, 30, 10_000))
    given = award(
        line.line_number,
        world.choose(1, 60),
        line.brand,
        ordinal=ordinal,
        kind=(AccrualKind.BASE, AccrualKind.BONUS)[ordinal - 1],
        funders=world.one_of(FUNDERS),
        rate=PointRate("USD", Ratio.of(world.one_of(RATES))),
        available_time=_time(now, ready),
        expire_time=None if days is None else now + timedelta(days=days),
        rolling_months=world.one_of((0, 0, 0, 1)) if days else 0,
        rolling_days=world.one_of((0, 0, 0, 5)) if days else 0,
    )
    return replace(given, scope=world.one_of(SCOPES))


def _time(now: datetime, days: int | None) -> datetime | None:
    if days is None:
        return None
    return ON_EVENT if days > 9_000 else now + timedelta(days=days)


def as_before(lot: Lot, points: int) -> Award:
    """The award of a lot, as the rules would judge it again."""
    return Award(
        line_number=lot.line,
        rule_id=lot.rule,
        rule_version="v1",
        rule_ordinal=lot.ordinal,
        kind=(AccrualKind.BASE, AccrualKind.BONUS)[lot.ordinal - 1],
        offer_id="",
        brand=lot.brand,
        issuer=lot.brand,
        funders=award(1, 1, lot.brand, funders=dict(lot.funders)).funders,
        points=points,
        liability=PointRate("USD", Ratio.of(lot.rate)),
        available_time=lot.available_at,
        expire_time=lot.expires_at,
        scope=lot.scope,
        rolling_months=lot.rolling[0],
        rolling_days=lot.rolling[1],
    )


def lot_of(home: str, order_id: str, given: Award, at: datetime) -> Lot:
    """The lot that an award makes."""
    return Lot(
        home=home,
        order_id=order_id,
        line=given.line_number,
        ordinal=given.rule_ordinal,
        rule=given.rule_id,
        brand=given.brand,
        funders=tuple((funder.entity, funder.share) for funder in given.funders),
        rate=Fraction(given.liability.per_point.fraction()),
        granted=given.points,
        earned_at=at,
        available_at=given.available_time,
        expires_at=given.expire_time,
        scope=given.scope,
        rolling=(given.rolling_months, given.rolling_days),
    )


def sale_as_told(document: OrderDocument, order_id: str, home: str, state: str = "evaluated") -> Sale:
    """A sale in the model's words."""
    return Sale(
        document.ref.document_id,
        order_id,
        home,
        document.occur_time,
        {line.line_number: counts_of(line) for line in document.lines},
        {line.line_number: line.brand for line in document.lines},
        document.location_id,
        state,
    )


def counts_of(line: OrderLine) -> dict[str, int]:
    """What is sold of a line, by basis."""
    return {"quantity": line.quantity, "amount": line.net, "whole": 1}
