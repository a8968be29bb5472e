"""Random programs of two brands and random orders for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from chassis.values.calendar import Interval
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.earn_rule import WHOLE, EarnRule, Funder
from rules_service.domain.effects import Basis
from rules_service.domain.entity_details import NOTHING_KNOWN, EntityDetails
from rules_service.domain.ladders import (
    Ladder,
    LadderVersion,
    PointsMetric,
    Tier,
    TierBenefits,
    TierMultiplier,
    WholeLife,
)
from rules_service.domain.member_facts import MemberFacts, MonthDay
from rules_service.domain.order import Measure, Order, OrderLine, Payment
from rules_service.domain.program import (
    AgreedPrice,
    Agreement,
    Brand,
    Category,
    ExpiryMode,
    LegalEntity,
    Location,
    NamedPoint,
    PointRate,
    PointValue,
    PricePerPoint,
    Program,
    ShareOfFace,
    ShareOfLiability,
)
from rules_service.domain.settlement import (
    ACCOUNTS,
    AccountName,
    Breakage,
    InvoiceTax,
    NettingMethod,
    Settlement,
    SettlementPolicy,
)
from rules_service.domain.stacking import StackingGroup, StackingMode
from tests.property.rules.random_limits import exchange_rates_of, ladder_of, limited
from tests.property.rules.random_rules import (
    ATTRIBUTES,
    BRANDS,
    CATEGORIES,
    CHANNELS,
    FIRST_DAY,
    GROUPS,
    LADDERS,
    LOCATIONS,
    MEANS,
    OPERATORS,
    REGIONS,
    SEGMENTS,
    SKUS,
    TIERS,
    VALUES,
    rule_of,
)
from tests.property.rules.terms import availabilities, expiries, policies, scopes

ENTITIES = ("ea", "eb", "hq")
FUNDINGS: Sequence[tuple[tuple[Funder, ...], int]] = (
    ((Funder("hq", WHOLE),), 0),
    ((Funder("ea", 2_500), Funder("eb", 2_500), Funder("hq", 5_000)), 0),
    ((Funder("hq", 6_667),), 3_333),
    ((Funder("ea", 1), Funder("eb", 4_999)), 5_000),
    ((), WHOLE),
)
"""Named funders, and the share of the location's operator."""
FIRST_INSTANT = datetime(2024, 3, 8, tzinfo=UTC)
TREES = (
    (Category("c1", "One"), Category("c2", "Two", "c1"), Category("c3", "Three", "c2")),
    (Category("c1", "One", "c3"), Category("c2", "Two", "c3"), Category("c3", "Three")),
)

instants = st.integers(0, 5 * 24 * 60).map(lambda minutes: FIRST_INSTANT + timedelta(minutes=minutes))


seeds = st.integers(0, 2**32 - 1)


@st.composite
def rules(draw: st.DrawFn, number: int, groups: Mapping[str, StackingGroup]) -> EarnRule:
    """A rule of either brand, with terms."""
    rule = rule_of(draw(seeds), number, groups)
    funders, operator_share = draw(st.sampled_from(FUNDINGS))
    terms = replace(rule, expiry=draw(expiries), availability=draw(availabilities), scope=draw(scopes))
    return replace(terms, funders=funders, operator_share=operator_share)


@st.composite
def stacking_groups(draw: st.DrawFn) -> Mapping[str, StackingGroup]:
    """Groups of either kind."""
    chance = Random(draw(seeds))
    return {
        group_id: StackingGroup(group_id, chance.choice(list(StackingMode)), chance.choice(list(Basis)))
        for names in GROUPS.values()
        for group_id in names
    }


@st.composite
def judging_programs(draw: st.DrawFn) -> Program:
    """Up to twelve rules, and what they need around them: few draws, so that many are looked at."""
    groups = draw(stacking_groups())
    found = draw(st.lists(seeds, max_size=12))
    return program_of(
        earn_rules=tuple(rule_of(seed, number, groups) for number, seed in enumerate(found)),
        categories=draw(st.sampled_from(((), *TREES))),
        stacking_groups=tuple(groups.values()),
        ladders=_ladders(draw(seeds)),
    )


def _ladders(seed: int) -> tuple[Ladder, ...]:
    """Some ladders whose tiers multiply base points of some brands, by one version and then another."""
    chance = Random(seed)
    return tuple(
        Ladder(ladder_id, ladder_id, tuple(_version(chance, start) for start in _starts(chance)))
        for ladder_id in chance.sample(LADDERS, chance.randint(0, 2))
    )


def _starts(chance: Random) -> Sequence[date | None]:
    changed = FIRST_DAY + timedelta(days=chance.randrange(1, 5))
    return chance.choice(((None,), (changed,), (None, changed)))


def _version(chance: Random, start: date | None) -> LadderVersion:
    return LadderVersion(
        start=start,
        brand_id="",
        brand_weights=(),
        metric=PointsMetric(),
        window=WholeLife(),
        tiers=tuple(
            Tier(tier_id, tier_id.title(), number * 100, benefits=TierBenefits(_multipliers(chance)))
            for number, tier_id in enumerate(chance.sample(TIERS, 2), start=1)
        ),
    )


def _multipliers(chance: Random) -> tuple[TierMultiplier, ...]:
    """Of some brands, and of those that are not named."""
    brands = chance.sample(("", *BRANDS), chance.randint(0, 2))
    return tuple(TierMultiplier(brand_id, Ratio.of(f"{chance.randint(8, 16)}/8")) for brand_id in brands)


def program_of(**fields: Any) -> Program:
    """Two brands, sold at two locations."""
    liabilities = tuple(PointRate(currency, Ratio(4, 5)) for currency in ("EUR", "USD"))
    program = Program(
        program_id="p",
        name="P",
        point_name="point",
        sandbox=True,
        replay_clock=False,
        late_upload_days=400,
        expiry_mode=ExpiryMode.BRAND_TIERED,
        entities=tuple(LegalEntity(entity_id, entity_id) for entity_id in ENTITIES),
        brands=tuple(
            Brand(brand_id, f"Brand {brand_id}", entity_id, (), liabilities)
            for brand_id, entity_id in zip(BRANDS, ENTITIES, strict=False)
        ),
        locations=tuple(
            Location(location_id, location_id, operator, region, BRANDS, "USD", "America/New_York")
            for location_id, operator, region in zip(LOCATIONS, OPERATORS, REGIONS, strict=True)
        ),
        earn_rules=(),
        agreements=(),
    )
    return replace(program, **fields)


def _instants(chance: Random, most: int) -> list[datetime]:
    """Distinct ones, in order; at least two."""
    minutes = chance.sample(range(5 * 24 * 60), chance.randint(2, most))
    return [FIRST_INSTANT + timedelta(minutes=minute) for minute in sorted(minutes)]


def _interval(chance: Random) -> Interval:
    """Open or closed at either end."""
    return Interval(*(bound if chance.random() < 0.5 else None for bound in _instants(chance, 2)))


def _disjoint(chance: Random) -> list[Interval]:
    """A few intervals that do not overlap, some touching, in any order."""
    spans = [Interval(start, end) for start, end in pairwise(_instants(chance, 4))]
    return chance.sample(spans, chance.randint(0, len(spans)))


def _ratio(chance: Random) -> Ratio:
    return Ratio.of(Fraction(chance.randint(1, 64), chance.randint(1, 8)))


def _brand(seed: int, brand: Brand) -> Brand:
    """The brand with dated point values, names of its own for points, a minimum and a block."""
    chance = Random(seed)
    values = tuple(PointValue(PointRate("USD", _ratio(chance)), interval, "") for interval in _disjoint(chance))
    minimum, block = chance.choice(((1, 1), (500, 100)))
    named = tuple(NamedPoint("bean", chance.randint(1, 1_000), interval) for interval in _disjoint(chance))
    return replace(brand, point_values=values, minimum_points=minimum, block_points=block, named_points=named)


def _agreements(seed: int) -> tuple[Agreement, ...]:
    """Dated ones between some pairs."""
    chance = Random(seed)
    pairs = {(chance.choice(("", *ENTITIES)), chance.choice(("", *ENTITIES))) for _ in range(chance.randint(0, 6))}
    return tuple(
        Agreement(
            f"{issuer}-{redeemer}",
            issuer,
            redeemer,
            _price(chance),
            _interval(chance),
            fee=chance.choice((ZERO, Ratio(1, 50))),
            cap_of_face=chance.choice((None, Ratio(6, 5))),
        )
        for issuer, redeemer in sorted(pairs)
        if not issuer or issuer != redeemer
    )


def _price(chance: Random) -> AgreedPrice:
    """Of each kind; prices of points are not always in dollars."""
    currencies = chance.choice((("EUR",), ("USD",), ("EUR", "USD")))
    by_point = PricePerPoint(tuple(PointRate(currency, _ratio(chance)) for currency in currencies))
    return chance.choice((ShareOfFace(_ratio(chance)), ShareOfLiability(_ratio(chance)), by_point))


def _entities(seed: int) -> tuple[LegalEntity, ...]:
    """Of some, things are known."""
    chance = Random(seed)
    known = (
        NOTHING_KNOWN,
        EntityDetails(legal_name="Legal", tax_id="T-1", country="DE", iban="DE89370400440532013000"),
        EntityDetails(address=("1 Mill Rd", "Port"), account_number="12-34", bic="NWBKGB2L"),
    )
    return tuple(LegalEntity(entity_id, entity_id, chance.choice(known)) for entity_id in ENTITIES)


def _settlement(seed: int) -> Settlement:
    """By any policy, with some of what may be said."""
    chance = Random(seed)
    policy = chance.choice(list(SettlementPolicy))
    shared = policy is SettlementPolicy.NONE and chance.random() < 0.5
    named = sorted(chance.sample(("", *BRANDS), chance.randint(0, 3)))
    return Settlement(
        policy=policy,
        reserve_entity_id=chance.choice(ENTITIES) if policy is SettlementPolicy.RESERVE else "",
        voucher_share_of_face=Ratio(chance.choice((1, 7)), 8) if shared else None,
        netting=chance.choice(list(NettingMethod)),
        settlement_currency=chance.choice(("", "EUR")),
        time_zone=chance.choice(("UTC", "America/New_York")),
        breakage=tuple(Breakage(brand_id, Ratio(chance.randint(1, 2), 3)) for brand_id in named),
        accounts=tuple(
            AccountName(account, f"2{number}", chance.choice(("", "Name")))
            for number, account in enumerate(sorted(chance.sample(ACCOUNTS, chance.randint(0, 3))))
        ),
        invoice_tax=chance.choice((None, InvoiceTax("O"), InvoiceTax("S", 2_000, "Why"))),
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Up to four rules with terms, dated point values, agreements and policies; limits, ladders, exchange rates."""
    plain = program_of()
    groups = draw(stacking_groups())
    whole = replace(
        plain,
        brands=tuple(_brand(draw(seeds), brand) for brand in plain.brands),
        earn_rules=tuple(draw(rules(number, groups)) for number in range(draw(st.integers(0, 4)))),
        agreements=_agreements(draw(seeds)),
        policies=draw(policies),
        categories=draw(st.sampled_from(((), *TREES))),
        stacking_groups=tuple(groups.values()),
        ladders=tuple(ladder_of(draw(seeds), number) for number in range(draw(st.integers(0, 2)))),
        exchange_rates=exchange_rates_of(draw(seeds)),
        entities=_entities(draw(seeds)),
        settlement=_settlement(draw(seeds)),
    )
    return limited(whole, draw(seeds))


def line_of(seed: int, number: int) -> OrderLine:
    """A line of either brand or none."""
    chance = Random(seed)
    return OrderLine(
        line_number=number,
        brand_id=chance.choice((*BRANDS, *BRANDS, *BRANDS, "")),
        sku=chance.choice(("", *SKUS)),
        category_ids=tuple(chance.sample((*CATEGORIES, "elsewhere"), chance.choice((0, 0, 1, 2)))),
        quantity=chance.randint(0, 5),
        measure=Measure("litre", chance.randint(0, 50_000)) if chance.random() < 0.5 else None,
        net_minor_units=chance.choice((0, chance.randint(0, 10_000), chance.randint(0, 10_000))),
        paid_minor_units=chance.randint(-100, 10_000) if chance.random() < 0.3 else None,
        discount_line=chance.random() < 0.1,
        attributes=tuple((name, chance.choice(VALUES)) for name in ATTRIBUTES if chance.random() < 0.6),
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Up to six lines, numbered with gaps, in any order."""
    numbers = draw(st.lists(st.integers(1, 50), min_size=1, max_size=6, unique=True))
    chance = Random(draw(seeds))
    return Order(
        location_id=draw(st.sampled_from(LOCATIONS)),
        channel=draw(st.sampled_from(("", *CHANNELS))),
        occur_time=draw(instants),
        currency_code="USD",
        lines=tuple(line_of(chance.getrandbits(32), number) for number in numbers),
        payments=tuple(
            Payment(means, chance.randint(1, 9_999)) for means in chance.sample(MEANS, chance.choice((0, 1, 2)))
        ),
        member=member_of(chance.getrandbits(32)) if chance.random() < 0.8 else None,
    )


def member_of(seed: int) -> MemberFacts:
    """Somebody of whom some things are known."""
    chance = Random(seed)
    return MemberFacts(
        tiers={ladder_id: chance.choice(("", *TIERS)) for ladder_id in LADDERS if chance.random() < 0.8},
        purchases=chance.randrange(14),
        brand_purchases={brand_id: chance.randrange(14) for brand_id in BRANDS if chance.random() < 0.8},
        member_since=FIRST_INSTANT + timedelta(hours=chance.randint(-240, 120)) if chance.random() < 0.8 else None,
        birthday=MonthDay(chance.choice((2, 3)), chance.randint(1, 29)) if chance.random() < 0.8 else None,
        segments=frozenset(segment for segment in SEGMENTS if chance.random() < 0.4),
    )
