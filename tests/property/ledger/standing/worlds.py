"""Made-up ladders, sales and tiers set by hand, crowded where things go wrong: month ends, leap days, new year,
figures just below, at and just above a threshold."""

from datetime import date, timedelta

from hypothesis import strategies as st

from chassis.values.rounding import Ratio
from ledger_service.domain.standing.activity import BrandActivity, DayActivity
from ledger_service.domain.standing.hold import Fall, Forever, Hold, Span, YearEnd
from ledger_service.domain.standing.ladder import Comparison, Ladder, LadderVersion, Tier
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.metric import DatedRate, Metric, Orders, Points, Scope, Spend
from ledger_service.domain.standing.window import Lifetime, Rolling, Window, Year
from tests.property.ledger.standing.model import Part, Sale

FIRST, LAST = date(2023, 10, 1), date(2025, 4, 10)
EDGES = [
    date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1),
    date(2024, 5, 31), date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31),
]  # fmt: skip
NAMES = ["bronze", "silver", "gold"]

days = st.sampled_from(EDGES) | st.dates(FIRST, LAST)
amounts = st.sampled_from([1, 49, 50, 51, 99, 100, 101]) | st.integers(1, 120)


def windows() -> st.SearchStrategy[Window]:
    return (
        st.sampled_from([1, 2, 6, 12, 13]).map(Rolling) | st.sampled_from([1, 1, 3, 4]).map(Year) | st.just(Lifetime())
    )


def holds() -> st.SearchStrategy[Hold]:
    span = st.builds(Span, st.sampled_from([0, 0, 1, 3, 12]), st.sampled_from([0, 1, 30]))
    year = st.builds(YearEnd, st.integers(0, 1), st.sampled_from([0, 0, 2]), st.sampled_from([1, 1, 4]))
    return span | year | st.just(Span()) | st.sampled_from([Forever(), Span()])


def falls() -> st.SearchStrategy[Fall]:
    steps = st.none() | holds().filter(lambda hold: hold != Span())
    return st.builds(Fall, st.sampled_from([0, 0, 1, 45]), steps)


def metrics() -> st.SearchStrategy[Metric]:
    ratios = st.sampled_from(["3/2", "1", "0.87", "1/3"]).map(Ratio.of)
    rates = st.lists(
        st.builds(DatedRate, st.just("EUR"), days, ratios), max_size=3, unique_by=lambda rate: rate.start
    ).map(tuple)
    return st.builds(Spend, st.just("USD"), rates) | st.builds(Points, st.booleans()) | st.just(Orders())


def scopes() -> st.SearchStrategy[Scope]:
    weights = st.dictionaries(st.sampled_from(["north", "peak"]), st.sampled_from([0, 1, 5_000, 20_000]), max_size=2)
    portfolio = weights.map(lambda some: Scope(weights=tuple(some.items())))
    return portfolio | st.just(Scope("north"))


@st.composite
def tiers(draw: st.DrawFn, metric: Metric) -> tuple[Tier, ...]:
    few = [1, 2, 3, 4] if isinstance(metric, Orders) else [50, 100, 150, 250]
    thresholds = sorted(draw(st.sets(st.sampled_from(few), min_size=1, max_size=3)))
    names = NAMES[: len(thresholds)] if draw(st.booleans()) else NAMES[-len(thresholds) :]
    comparison = st.sampled_from(Comparison)
    return tuple(Tier(name, least, draw(comparison)) for name, least in zip(names, thresholds, strict=True))


@st.composite
def versions(draw: st.DrawFn, start: date) -> LadderVersion:
    metric = draw(metrics())
    return LadderVersion(
        start, draw(scopes()), metric, draw(windows()), draw(tiers(metric)), draw(holds()), draw(falls())
    )


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    starts = sorted({FIRST + timedelta(days=draw(st.integers(0, 60))), *draw(st.lists(days, max_size=2))})
    return Ladder("status", tuple(draw(versions(start)) for start in starts))


@st.composite
def sales(draw: st.DrawFn, when: st.SearchStrategy[date] = days) -> Sale:
    brands = draw(st.sets(st.sampled_from(["north", "peak", "linden"]), min_size=1, max_size=3))
    parts = {brand: Part(draw(amounts), draw(amounts), draw(st.integers(0, 60))) for brand in sorted(brands)}
    return Sale(draw(when), draw(st.sampled_from(["USD", "USD", "EUR", "GBP"])), parts)


@st.composite
def manuals(draw: st.DrawFn) -> ManualTier:
    start = draw(days)
    end = draw(st.none() | st.integers(1, 200).map(lambda days: start + timedelta(days=days)))
    tier = draw(st.sampled_from(NAMES))
    return ManualTier(f"man-{draw(st.integers(0, 99))}", "status", tier, start, end, "goodwill", "ben")


def activity(sale: Sale) -> DayActivity:
    """What the ledger would keep of a sale."""
    brands = {
        name: BrandActivity({sale.currency: part.amount}, part.base, part.base + part.bonus, 1)
        for name, part in sale.parts.items()
    }
    return DayActivity(sale.day, brands, {tuple(sorted(brands)): 1} if len(brands) > 1 else {})
