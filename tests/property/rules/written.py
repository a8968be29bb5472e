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
    attributes=maybe(colour=some("red", "blue"), size=some("S", "M")).filter(bool),
    **{"except": maybe(categories=some(*CATEGORIES), skus=some("s9"))},
    locations=some("l1", "l2"),
    regions=some("r1", "r2"),
    operators=some("ea", "eb"),
    channels=some("web", "store"),
    payment=some("card", "cash"),
    weekdays=some("mon", "wed", "sun"),
    hours=st.sampled_from(({"from": "17:00"}, {"until": "9:30"}, {"from": "22:00", "until": "02:00"})),
    until=st.just("2030-01-01"),
    segment=some("vip", "staff"),
    member_for=st.sampled_from(
        ({"at_least": "365 days"}, {"below": "1 day"}, {"at_least": "7 days", "below": "9 days"})
    ),
    birthday=st.sampled_from(("month", "day", {"before": "7"}, {"before": "0", "after": "180"})),
    purchase=st.sampled_from(({"number": "1"}, {"number": ["3", "1"], "of": "program"}, {"every": "5", "of": "brand"})),
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
            funders=st.sampled_from(
                ({"ea": "33.33%", "eb": "66.67%"}, {"ea": "60%", "operator": "0.4"}, {"operator": 1})
            ),
            available=st.sampled_from(("at_once", {"days": "3"})),
            scope=st.sampled_from(("anywhere", "region", {"brands": "A"})),
        )
    )
    return {**brands, "kind": "bonus", **draw(effects), **grouped, **more}


def named(prefix: str, nouns: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Up to two nouns by id."""
    lists = st.lists(nouns, max_size=2)
    return lists.map(lambda found: {f"{prefix}{number}": noun for number, noun in enumerate(found)})


RATES = {
    "x1": {"amount": "1 EUR", "worth": "1.0834 USD", "until": "2026-01-01"},
    "x2": {"amount": "1 EUR", "worth": {"amount": "1.1", "currency": "USD"}, "from": "2026-01-01"},
    "x3": {"amount": "100.00 USD", "worth": "91 EUR"},
}


def _covered(offered: bool) -> st.SearchStrategy[dict[str, Any]]:
    rule: dict[str, Any] = {"rules": "r0"}
    return st.sampled_from((rule, {"rules": ["r0"]}, {"offer": "o"})) if offered else st.just(rule)


def _counted(offered: bool) -> st.SearchStrategy[dict[str, Any]]:
    covered = _covered(offered)
    figures = st.sampled_from(({"points": "0"}, {"points": "70", "money": "1.00 USD"}, {"points": "999999999999"}))
    more = maybe(
        window=st.sampled_from(("ever", "day", "week", "month", "quarter", "year")),
        overrun=st.sampled_from(("trim", "allow")),
        warn_at=st.sampled_from(("50%", ["33.33%", "0.8"])),
    )
    return st.builds(lambda *parts: {**parts[0], **parts[1], **parts[2]}, covered, figures, more)


def caps(offered: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Caps of rule r0, or of an offer."""
    of_member = _counted(offered).map(lambda cap: {**cap, "per": "member"})
    of_sale = st.builds(
        lambda covered, per: {**covered, "per": per, "points": "9"},
        _covered(offered),
        st.sampled_from(("line", "order")),
    )
    return st.one_of(of_member, of_sale)


def budgets(offered: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Budgets of rule r0, or of an offer."""
    per = maybe(per=st.sampled_from(("program", "location")))
    return st.builds(lambda budget, more: {**budget, **more}, _counted(offered), per)


holds = st.sampled_from(
    ("forever", {"months": "12"}, {"days": "36600", "months": "1"}, {"year_end": "0", "year_from_month": "4"})
)
benefits = maybe(
    name=st.just("Grüße"),
    multiplier=st.sampled_from(("1", "1.25", "4/3")),
    multipliers=maybe(A=st.just("2"), B=st.just("1.5")),
    discount=st.sampled_from(("5%", "100%")),
    perks=some("lounge", "parking"),
)


@st.composite
def _tiers(draw: st.DrawFn, counts: str) -> dict[str, Any]:
    unit = " USD" if counts == "spend" else ""
    return {
        f"t{rung}": {draw(st.sampled_from(("from", "above"))): f"{rung}00{unit}", **draw(benefits)}
        for rung in range(1, draw(st.integers(2, 4)))
    }


@st.composite
def _ladders(draw: st.DrawFn) -> dict[str, Any]:
    counts = draw(st.sampled_from(("spend", "points", "base_points", "orders")))
    scope: dict[str, Any] = draw(st.sampled_from(({}, {"brand": "A"}, {"weights": {"A": "50%", "B": "0%"}})))
    windows = st.sampled_from(("lifetime", "calendar_year", {"rolling_months": "12"}, {"year_from_month": "4"}))
    falls = st.sampled_from(("at_once", {"grace_days": "30"}, {"grace_days": "0", "step": {"months": "6"}}))
    change = maybe(
        brand=st.just("B"), window=windows, tiers=_tiers(counts), hold=st.one_of(holds, st.just("none")), fall=falls
    )
    changes = [
        {"from": f"20{year}-01-01", **one} for year, one in enumerate(draw(st.lists(change, max_size=2)), start=27)
    ]
    return {
        "name": "L",
        **scope,
        "counts": counts,
        "window": draw(windows),
        "tiers": draw(_tiers(counts)),
        **draw(maybe(hold=holds, fall=falls, **{"from": st.just("2026-01-01")})),
        **({"changes": changes} if changes else {}),
    }


ladders = _ladders()
tier_choices = st.sampled_from(({"l0": "t1"}, {"l0": ["t1"]}))
"""Every ladder has a first tier at all times."""


known = maybe(
    legal_name=st.just("A & B Ltd"),
    tax_id=st.just("DE 136695976"),
    country=st.sampled_from(("DE", "NO")),
    address=some("1 Mill Rd", "04101 Port"),
    bic=st.just("COBADEFFXXX"),
)
accounts = st.sampled_from(({}, {"iban": "DE89 3704 0044 0532 0130 00"}, {"account_number": "0123456"}))
entities = st.builds(lambda details, account: {"name": "E", **details, **account}, known, accounts)
prices = st.one_of(
    one_of_its_keys(share_of_face=st.sampled_from(("1", "97.5%")), share_of_liability=st.sampled_from(("0%", "200%"))),
    one_of_its_keys(price_per_point=some("0.008 USD", "0.00712 EUR")),
)
agreements = st.builds(
    lambda price, more: {**price, **more},
    prices,
    maybe(fee=st.sampled_from(("0%", "2%", "1")), cap_of_face=st.just("120%"), **{"from": st.just("2026-01-01")}),
)
parties = st.sampled_from(({}, {"issuer": "ea"}, {"redeemer": "ea"}, {"issuer": "ea", "redeemer": "eb"}))
books = maybe(
    points_liability=st.just({"code": "2150", "name": "Deferred"}),
    due_to=st.just({"code": "0100"}),
    points_owed=st.just({"code": "P/1"}),
)
taxes = st.builds(
    lambda more: {"code": "O", **more}, maybe(rate=st.sampled_from(("0%", "7.7%")), reason=st.just("Exempt"))
)
settlements = st.builds(
    lambda policy, more: {**policy, **more},
    st.sampled_from(
        (
            {},
            {"policy": "reimburse"},
            {"policy": "none"},
            {"policy": "none", "voucher": {"share_of_face": "80%"}},
            {"policy": {"reserve": "eb"}},
        )
    ),
    maybe(
        netting=st.sampled_from(("bilateral", "multilateral")),
        currency=st.sampled_from(("EUR", "USD")),
        time_zone=st.just("Europe/Oslo"),
        breakage=st.sampled_from(("5%", {"default": "1/3", "A": "0"}, {"B": "100%"})),
        accounts=books,
        tax=taxes,
    ),
)


@st.composite
def _agreements(draw: st.DrawFn) -> dict[str, Any]:
    """At most one for the same parties."""
    pairs = draw(st.lists(parties, max_size=2, unique_by=str))
    return {f"a{number}": {**pair, **draw(agreements)} for number, pair in enumerate(pairs)}


@st.composite
def written_programs(draw: st.DrawFn) -> dict[str, Any]:
    """A whole program, in one tree."""
    number = draw(st.integers(1, 3))
    written = {f"r{index}": draw(rules()) for index in range(number)}
    offered = any("offer" in rule for rule in written.values())
    climbed = draw(named("l", ladders))
    if draw(st.booleans()) and climbed:
        written["r0"] = {**written["r0"], "when": {**written["r0"].get("when", {}), "tier": draw(tier_choices)}}
    return {
        **HEAD,
        "earn_rules": written,
        "caps": draw(named("c", caps(offered))),
        "budgets": draw(named("b", budgets(offered))),
        "ladders": climbed,
        "exchange_rates": RATES,
        "entities": {"ea": draw(entities), "eb": draw(entities)},
        "agreements": draw(_agreements()),
        **draw(maybe(settlement=settlements)),
    }
