"""Random programs of two brands and random orders for them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from chassis.values.calendar import Interval
from chassis.values.money import Money
from chassis.values.rounding import Ratio, Rounding
from rules_service.domain.earn_rule import (
    WHOLE,
    AccrualKind,
    BaseMultiplier,
    EarnRule,
    Funder,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    RoundingScope,
    Selector,
)
from rules_service.domain.order import Measure, Order, OrderLine
from rules_service.domain.program import (
    Agreement,
    Brand,
    ExpiryMode,
    LegalEntity,
    Location,
    PointRate,
    PointValue,
    Program,
)
from tests.property.rules.terms import availabilities, expiries, policies, scopes

BRANDS = ("A", "B")
ENTITIES = ("ea", "eb", "hq")
LOCATIONS = ("l1", "l2")
CHANNELS = ("store", "web")
SKUS = ("s1", "s2", "s3")
CATEGORIES = ("c1", "c2", "c3")
FIRST_DAY = date(2024, 3, 8)  # the clocks of New York change on the 10th
FIRST_INSTANT = datetime(2024, 3, 8, tzinfo=UTC)

days = st.integers(0, 5).map(lambda offset: FIRST_DAY + timedelta(days=offset))
instants = st.integers(0, 5 * 24 * 60).map(lambda minutes: FIRST_INSTANT + timedelta(minutes=minutes))
ratios = st.fractions(Fraction(1, 8), 8, max_denominator=8).map(Ratio.of)
factors = st.fractions(Fraction(9, 8), 4, max_denominator=8).map(Ratio.of)


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of the values, often none."""
    return st.one_of(st.just(()), st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple))


@st.composite
def selectors(draw: st.DrawFn) -> Selector:
    """Mostly wide ones."""
    dated = draw(st.booleans())
    first = draw(days)
    return Selector(
        category_ids=draw(some(CATEGORIES)),
        skus=draw(some(SKUS)),
        location_ids=draw(some(LOCATIONS)),
        channels=draw(some(CHANNELS)),
        start_date=first if dated else None,
        end_date=first + timedelta(days=draw(st.integers(1, 3))) if dated and draw(st.booleans()) else None,
    )


effects = st.one_of(
    st.builds(PointsPerAmount, ratios, st.sampled_from((1, 100, 250)).map(lambda units: Money("USD", units))),
    st.just(PointsPerAmount(Ratio(1, 1), Money("EUR", 100))),
    st.builds(PointsPerUnit, ratios),
    st.builds(PointsPerMeasure, ratios, st.sampled_from(("litre", "metre"))),
    st.builds(BaseMultiplier, factors),
)


@st.composite
def rules(draw: st.DrawFn, number: int) -> EarnRule:
    """A rule of either brand."""
    effect = draw(effects)
    bonus = isinstance(effect, BaseMultiplier) or draw(st.booleans())
    return EarnRule(
        rule_id=f"r{number}",
        brand_id=draw(st.sampled_from(BRANDS)),
        kind=AccrualKind.BONUS if bonus else AccrualKind.BASE,
        offer_id="",
        description=draw(st.sampled_from(("", "double week"))),
        selector=draw(selectors()),
        effect=effect,
        rounding=draw(st.sampled_from(Rounding)),
        rounding_scope=draw(st.sampled_from(RoundingScope)),
        funders=(Funder("hq", WHOLE),),
        expiry=draw(expiries),
        availability=draw(availabilities),
        scope=draw(scopes),
    )


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Open or closed at either end."""
    bounds = sorted(draw(st.sets(instants, min_size=2, max_size=2)))
    return Interval(*(bound if draw(st.booleans()) else None for bound in bounds))


@st.composite
def disjoint(draw: st.DrawFn) -> list[Interval]:
    """A few intervals that do not overlap, some touching."""
    bounds = sorted(draw(st.sets(instants, min_size=2, max_size=4)))
    spans = [Interval(start, end) for start, end in pairwise(bounds)]
    return draw(st.lists(st.sampled_from(spans), unique=True))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Up to eight rules, dated point values and agreements."""
    brands = []
    for brand_id, entity_id in zip(BRANDS, ENTITIES, strict=False):
        values = tuple(PointValue(PointRate("USD", draw(ratios)), interval, "") for interval in draw(disjoint()))
        liabilities = tuple(PointRate(currency, Ratio(4, 5)) for currency in ("EUR", "USD"))
        minimum, block = draw(st.sampled_from(((1, 1), (500, 100))))
        brands.append(Brand(brand_id, f"Brand {brand_id}", entity_id, values, liabilities, minimum, block))
    pairs = draw(st.sets(st.tuples(st.sampled_from(("", *ENTITIES)), st.sampled_from(("", *ENTITIES)))))
    return Program(
        program_id="p",
        name="P",
        point_name="point",
        sandbox=True,
        replay_clock=False,
        late_upload_days=400,
        expiry_mode=ExpiryMode.BRAND_TIERED,
        entities=tuple(LegalEntity(entity_id, entity_id) for entity_id in ENTITIES),
        brands=tuple(brands),
        locations=tuple(
            Location(location_id, location_id, "hq", "", BRANDS, "USD", "America/New_York") for location_id in LOCATIONS
        ),
        earn_rules=tuple(draw(rules(number)) for number in range(draw(st.integers(0, 8)))),
        agreements=tuple(
            Agreement(f"{issuer}-{redeemer}", issuer, redeemer, draw(ratios), draw(intervals()))
            for issuer, redeemer in sorted(pairs)
            if not issuer or issuer != redeemer
        ),
        policies=draw(policies),
    )


@st.composite
def lines(draw: st.DrawFn, number: int) -> OrderLine:
    """A line of either brand or none."""
    return OrderLine(
        line_number=number,
        brand_id=draw(st.sampled_from((*BRANDS, *BRANDS, ""))),
        sku=draw(st.sampled_from(("", *SKUS))),
        category_ids=draw(some(CATEGORIES)),
        quantity=draw(st.integers(0, 5)),
        measure=draw(st.none() | st.builds(Measure, st.just("litre"), st.integers(0, 50_000))),
        net_minor_units=draw(st.integers(0, 10_000)),
        paid_minor_units=draw(st.none() | st.integers(-100, 10_000)),
        discount_line=draw(st.sampled_from((False, False, False, True))),
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Up to six lines, numbered with gaps, in any order."""
    numbers = draw(st.lists(st.integers(1, 50), min_size=1, max_size=6, unique=True))
    return Order(
        location_id=draw(st.sampled_from(LOCATIONS)),
        channel=draw(st.sampled_from(("", *CHANNELS))),
        occur_time=draw(instants),
        currency_code="USD",
        lines=tuple(draw(lines(number)) for number in numbers),
    )
