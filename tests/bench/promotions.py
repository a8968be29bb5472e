"""Programs of very many rules, and baskets for them: what the cost of judging is measured with.

Rules come in families of six, found by different things: a SKU, a category at a location, an attribute in a channel,
and so on. A basket has goods of one family, so that every rule of it and the base rule pay on each line.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from chassis.values.money import Money
from chassis.values.rounding import Ratio, Rounding
from rules_service.domain.earn_rule import WHOLE, AccrualKind, EarnRule, Funder, RoundingScope
from rules_service.domain.effects import Basis, Effect, FixedPoints, PointsPerAmount
from rules_service.domain.order import Order, OrderLine, Payment
from rules_service.domain.program import (
    Brand,
    ExpiryMode,
    LegalEntity,
    Location,
    PointRate,
    Program,
)
from rules_service.domain.selector import AttributeChoice, HourWindow, Selector

LINES = 10
AWARDS = LINES * 7
"""Of a basket whose family is whole."""
A_FAMILY = 6

_PLACES = 200
_SATURDAY = datetime(2024, 7, 6, 16, 0, tzinfo=UTC)


def program_of(families: Sequence[int], rules: int) -> Program:
    """A program of so many rules: the base rule, and those of these families as far as they fit."""
    base = _rule("base", Selector(), PointsPerAmount(Ratio(1, 1), (Money("USD", 100),)), AccrualKind.BASE)
    bonuses = [rule for family in families for rule in _family(family)]
    return Program(
        program_id="bench",
        name="Bench",
        point_name="point",
        sandbox=True,
        replay_clock=False,
        late_upload_days=400,
        expiry_mode=ExpiryMode.UNIFORM,
        entities=(LegalEntity("north", "North Inc."),),
        brands=(Brand("NORTH", "North", "north", (), (PointRate("USD", Ratio(1, 1)),)),),
        locations=tuple(_location(number) for number in range(_PLACES)),
        earn_rules=(base, *bonuses)[:rules],
        agreements=(),
    )


def basket_of(family: int) -> Order:
    """Ten lines of a family's goods, sold where its rules hold."""
    lines = tuple(
        OrderLine(
            line_number=number,
            brand_id="NORTH",
            sku=f"sku-{family}-{number % 3}",
            category_ids=(f"category-{family}",),
            quantity=1,
            measure=None,
            net_minor_units=500 + 37 * number,
            paid_minor_units=None,
            discount_line=False,
            attributes=(("line", f"line-{family}"),),
        )
        for number in range(1, LINES + 1)
    )
    return Order(f"place-{family % _PLACES}", "store", _SATURDAY, "USD", lines, (Payment("card", 9_000),))


def _family(number: int) -> Iterator[EarnRule]:
    skus = tuple(f"sku-{number}-{piece}" for piece in range(3))
    category, place = f"category-{number}", number % _PLACES
    selectors = (
        Selector(skus=skus),
        Selector(category_ids=(category,), location_ids=(f"place-{place}",)),
        Selector(attributes=(AttributeChoice("line", (f"line-{number}",)),), channels=("store", "web")),
        Selector(skus=skus, weekdays=(5, 6, 7), start_date=date(2024, 1, 1), end_date=date(2025, 1, 1)),
        Selector(category_ids=(category, f"other-{number}"), regions=(_region(place),), excluded_skus=("outlet",)),
        Selector(skus=skus, hours=HourWindow(600, 900), payment_means=("card", "voucher")),
    )
    for kind, selector in enumerate(selectors):
        yield _rule(f"rule-{number}-{kind}", selector, FixedPoints(3, Basis.LINE), AccrualKind.BONUS)


def _rule(rule_id: str, selector: Selector, effect: Effect, kind: AccrualKind) -> EarnRule:
    return EarnRule(
        rule_id=rule_id,
        brand_id="NORTH",
        kind=kind,
        offer_id="",
        description="",
        selector=selector,
        effect=effect,
        rounding=Rounding.FLOOR,
        rounding_scope=RoundingScope.LINE,
        funders=(Funder("north", WHOLE),),
        expiry=None,
    )


def _location(number: int) -> Location:
    return Location(
        f"place-{number}", f"Place {number}", "north", _region(number), ("NORTH",), "USD", "America/New_York"
    )


def _region(place: int) -> str:
    return f"region-{place % 10}"
