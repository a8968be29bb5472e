"""Random programs as they are written: trees of maps, lists and scalars that use every key of rules."""

from typing import Any

from hypothesis import strategies as st

BRANDS = ("A", "B")
CATEGORIES = ("food", "wine", "toys")
GROUPS = {
    "best-line": {"mode": "best_of"},
    "best-order": {"mode": "best_of", "per": "order"},
    "first-order": {"mode": "first", "per": "order"},
}
SHOP = {"name": "L", "brands": ["A", "B"], "time_zone": "UTC"}
HEAD: dict[str, Any] = {
    "program": {"id": "p", "name": "P", "redemption": {"agreement_gaps": "allowed"}},
    "entities": {"ea": {"name": "A"}, "eb": {"name": "B"}},
    "brands": {
        "A": {"name": "A", "entity": "ea", "liability": ["0.01 USD", "0.01 EUR"]},
        "B": {"name": "B", "entity": "eb", "liability": ["0.01 USD", "0.01 EUR"]},
    },
    "locations": {
        "l1": {**SHOP, "operator": "ea", "region": "r1", "currency": "USD"},
        "l2": {**SHOP, "operator": "eb", "region": "r2", "currency": "EUR"},
    },
    "categories": {"food": {"name": "F"}, "wine": {"name": "W", "parent": "food"}, "toys": {"name": "T"}},
    "stacking": GROUPS,
}  # fmt: skip

points = st.integers(1, 1_000).map(str)


def some(*values: str) -> st.SearchStrategy[Any]:
    """One, or a list of a few."""
    lists = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return st.one_of(st.sampled_from(values), lists)


def maybe(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A map of any of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


def one_of_its_keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A map of exactly one of the keys."""
    return st.one_of(*(st.fixed_dictionaries({key: value}) for key, value in keys.items()))


amounts = st.one_of(
    st.sampled_from(("1.00 USD", "2.50 EUR")),
    st.just(["1.00 USD", {"amount": "0.90", "currency": "EUR"}]),
)
whens = maybe(
    categories=some(*CATEGORIES),
    skus=some("s1", "0123", "NO"),
    attributes=maybe(colour=some("red", "blue"), size=some("S", "M")),
    **{"except": maybe(categories=some(*CATEGORIES), skus=some("s9"))},
    locations=some("l1", "l2"),
    regions=some("r1", "r2"),
    operators=some("ea", "eb"),
    channels=some("web", "store"),
    payment=some("card", "cash"),
    weekdays=some("mon", "wed", "sun"),
    hours=st.sampled_from(({"from": "17:00"}, {"until": "9:30"}, {"from": "22:00", "until": "02:00"})),
    until=st.just("2030-01-01"),
)
baskets = one_of_its_keys(spend_at_least=amounts, quantity_at_least=points).flatmap(
    lambda asked: maybe(categories=some(*CATEGORIES), skus=some("s1"), brands=some(*BRANDS)).map(
        lambda goods: {**asked, **goods}
    )
)
effects = one_of_its_keys(
    per_amount=st.fixed_dictionaries({"points": points, "per": amounts}),
    per_unit=st.fixed_dictionaries({"points": st.sampled_from(("1", "0.5", "1/3"))}),
    per_measure=st.fixed_dictionaries({"points": points, "unit": st.just("litre")}),
    fixed=st.fixed_dictionaries({"points": points, "per": st.sampled_from(("line", "order"))}),
    steps=st.sampled_from(
        (
            {"per": "line", "thresholds": [{"from": "20 USD", "points": "1"}]},
            {"per": "order", "thresholds": [{"from": "50 USD", "points": "2"}, {"from": "20 USD", "points": "1"}]},
            {"per": "order", "thresholds": [{"from": "20 USD", "points": "9"}, {"from": "20 EUR", "points": "1"}]},
        )
    ),
    bundle=st.fixed_dictionaries(
        {"points": points, "parts": st.just([{"categories": "wine"}, {"skus": ["s1"], "quantity": "2"}])},
        optional={"most_sets": points},
    ),
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A bonus rule."""
    brands: dict[str, Any] = draw(
        st.sampled_from(({"brand": "A"}, {"brand": "B"}, {"brands": ["A", "B"]}, {"brands": "B"}))
    )
    grouped: dict[str, Any] = draw(
        st.sampled_from(({}, {"group": "best-order"}, {"group": "first-order", "priority": "3"}))
    )
    more = draw(
        maybe(
            when=whens,
            basket=baskets,
            condition=st.sampled_from(("line.quantity >= 3", 'order.channel == "web" ||\n  line.paid > 100')),
            offer=st.just("o"),
            description=st.just("Grüße"),
            rounding=st.sampled_from(("floor", "half_up", "half_even")),
            rounding_scope=st.sampled_from(("line", "order")),
            funders=st.just({"ea": "33.33%", "eb": "66.67%"}),
            available=st.sampled_from(("at_once", {"days": "3"})),
            scope=st.sampled_from(("anywhere", "region", {"brands": "A"})),
        )
    )
    return {**brands, "kind": "bonus", **draw(effects), **grouped, **more}


@st.composite
def written_programs(draw: st.DrawFn) -> dict[str, Any]:
    """A whole program, in one tree."""
    number = draw(st.integers(1, 3))
    return {**HEAD, "earn_rules": {f"r{index}": draw(rules()) for index in range(number)}}
