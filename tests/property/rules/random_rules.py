"""A random rule from one number: a rule has so many parts that drawing each of them takes hypothesis too long."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from chassis.values.money import Money
from chassis.values.rounding import Ratio, Rounding
from rules_service.domain.earn_rule import WHOLE, AccrualKind, EarnRule, Funder, RoundingScope
from rules_service.domain.effects import (
    BaseMultiplier,
    Basis,
    Bundle,
    BundlePart,
    Effect,
    FixedPoints,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    Step,
    ThresholdSteps,
    decided_over_order,
)
from rules_service.domain.selector import (
    AttributeChoice,
    BasketCondition,
    BirthdayWindow,
    HourWindow,
    LineFilter,
    MemberSelector,
    PurchaseChoice,
    Selector,
    TierChoice,
)
from rules_service.domain.stacking import StackingGroup
from tests.property.rules.conditions import MEANINGS

BRANDS = ("A", "B")
LOCATIONS = ("l1", "l2")
OPERATORS = ("eb", "hq")
REGIONS = ("east", "west")
CHANNELS = ("store", "web")
SKUS = ("s1", "s2", "s3")
CATEGORIES = ("c1", "c2", "c3")
MEANS = ("cash", "card", "voucher")
ATTRIBUTES = ("colour", "size")
VALUES = ("x", "y", "z")
CURRENCIES = ("EUR", "USD")
LADDERS = ("stars", "waves")
TIERS = ("bronze", "gold", "silver")
SEGMENTS = ("staff", "vip")
GROUPS = {AccrualKind.BASE: ("g1", "g2"), AccrualKind.BONUS: ("g3", "g4")}
FIRST_DAY = date(2024, 3, 8)  # the clocks of New York change on the 10th

T = TypeVar("T")


def rule_of(seed: int, number: int, groups: Mapping[str, StackingGroup]) -> EarnRule:
    """A rule of either brand, of which each part is mostly absent, so that rules still select lines."""
    chance = Random(seed)
    effect = _effect(chance)
    bonus = isinstance(effect, BaseMultiplier) or chance.random() < 0.5
    kind = AccrualKind.BONUS if bonus else AccrualKind.BASE
    group, scope = chance.choice(("", *GROUPS[kind])), chance.choice(list(RoundingScope))
    if group and groups[group].basis is Basis.LINE and (decided_over_order(effect) or scope is RoundingScope.ORDER):
        group = ""
    return EarnRule(
        rule_id=f"r{number}",
        brand_id=chance.choice(BRANDS),
        kind=kind,
        offer_id="",
        description=chance.choice(("", "double week")),
        selector=_selector(chance),
        effect=effect,
        rounding=chance.choice(list(Rounding)),
        rounding_scope=scope,
        funders=(Funder("hq", WHOLE),),
        expiry=None,
        basket=_basket(chance) if _seldom(chance) else None,
        condition=chance.choice(list(MEANINGS)) if _seldom(chance) else "",
        stacking_group=group,
        priority=chance.randrange(3) if group else 0,
    )


def _selector(chance: Random) -> Selector:
    first = FIRST_DAY + timedelta(days=chance.randrange(6)) if _seldom(chance) else None
    last = FIRST_DAY + timedelta(days=6 + chance.randrange(2)) if _seldom(chance) else None
    hours = HourWindow(chance.choice((0, 360, 1_020)), chance.choice((1, 720, 1_320))) if _seldom(chance) else None
    return Selector(
        category_ids=_some(chance, CATEGORIES),
        skus=_some(chance, SKUS),
        location_ids=_some(chance, LOCATIONS),
        channels=_some(chance, CHANNELS),
        start_date=first,
        end_date=last,
        regions=_some(chance, REGIONS),
        operator_entity_ids=_some(chance, OPERATORS),
        payment_means=_some(chance, MEANS),
        attributes=tuple(
            AttributeChoice(name, tuple(chance.sample(VALUES, chance.randint(1, 2))))
            for name in ATTRIBUTES
            if chance.random() < 0.1
        ),
        weekdays=tuple(sorted(chance.sample(range(1, 8), 4))) if _seldom(chance) else (),
        hours=hours,
        excluded_category_ids=_some(chance, CATEGORIES),
        excluded_skus=_some(chance, SKUS),
        member=member_of(chance),
    )


def member_of(chance: Random) -> MemberSelector | None:
    """What a rule asks of the member: mostly nothing."""
    if chance.random() < 0.6:
        return None
    below = chance.choice((0, 2, 10, 400))
    asked = MemberSelector(
        tiers=tuple(
            TierChoice(ladder_id, tuple(sorted(chance.sample(TIERS, chance.randint(1, 2)))))
            for ladder_id in LADDERS
            if chance.random() < 0.25
        ),
        segments=tuple(sorted(_some(chance, SEGMENTS))),
        days_at_least=chance.choice((1, 3)) if below != 2 and _seldom(chance) else 0,
        days_below=below if _seldom(chance) else 0,
        birthday=_birthday(chance) if _seldom(chance) else None,
        purchase=_purchase(chance) if chance.random() < 0.4 else None,
    )
    return asked if asked != MemberSelector() else None


def _birthday(chance: Random) -> BirthdayWindow:
    if _seldom(chance):
        return BirthdayWindow(month=True)
    return BirthdayWindow(False, chance.choice((0, 1, 7, 180)), chance.choice((0, 1, 7, 180)))


def _purchase(chance: Random) -> PurchaseChoice:
    any_brand = chance.random() < 0.4
    if chance.random() < 0.4:
        return PurchaseChoice((), chance.randint(2, 6), any_brand)
    return PurchaseChoice(tuple(sorted(chance.sample(range(1, 12), chance.randint(1, 4)))), 0, any_brand)


def _effect(chance: Random) -> Effect:
    rate, basis = Ratio.of(f"{chance.randint(1, 20)}/{chance.randint(1, 8)}"), chance.choice(list(Basis))
    some: Sequence[Effect] = (
        PointsPerAmount(rate, (Money("USD", 100),)),
        PointsPerAmount(rate, _amounts(chance, (1, 100, 250))),
        PointsPerUnit(rate),
        PointsPerMeasure(rate, chance.choice(("litre", "metre"))),
        BaseMultiplier(Ratio.of(f"{chance.randint(9, 32)}/8")),
        FixedPoints(chance.randint(1, 30), basis),
        ThresholdSteps(_steps(chance), basis),
        Bundle(chance.randint(1, 30), _parts(chance), chance.choice((0, 0, 1))),
    )
    return chance.choice(some)


def _amounts(chance: Random, amounts: Sequence[int]) -> tuple[Money, ...]:
    """One amount a currency, of dollars mostly."""
    named = chance.choice((("USD",), ("USD",), ("EUR",), CURRENCIES))
    return tuple(Money(currency, chance.choice(amounts)) for currency in named)


def _steps(chance: Random) -> tuple[Step, ...]:
    """Steps that rise, in any order, some in another currency."""
    points, found = 0, [Step(Money("EUR", 1), 9)] * _seldom(chance)
    for amount in sorted(chance.sample(range(1, 12_000), chance.randint(1, 3))):
        points += chance.randint(1, 20)
        found.append(Step(Money("USD", amount), points))
    chance.shuffle(found)
    return tuple(found)


def _parts(chance: Random) -> tuple[BundlePart, ...]:
    """Goods by category, by SKU, or by both."""
    categories = [("c1",), ("c2", "c3"), ()]
    skus = [("s1",), ("s2", "s3")]
    return tuple(
        BundlePart(found, chance.choice(skus) if not found or _seldom(chance) else (), chance.randint(1, 2))
        for found in chance.sample(categories, chance.randint(1, 2))
    )


def _basket(chance: Random) -> BasketCondition:
    lines = LineFilter(
        brand_ids=chance.choice(((), (), BRANDS, ("B",))),
        category_ids=_some(chance, CATEGORIES),
        skus=_some(chance, SKUS),
    )
    if _seldom(chance):
        lines = LineFilter(any_brand=True)
    if chance.random() < 0.5:
        return BasketCondition(lines, quantity_at_least=chance.randint(1, 8))
    return BasketCondition(lines, spend_at_least=_amounts(chance, (1_000, 4_000, 10_000)))


def _some(chance: Random, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(chance.sample(values, chance.randint(1, 2))) if _seldom(chance) else ()


def _seldom(chance: Random) -> bool:
    return chance.random() < 0.15
