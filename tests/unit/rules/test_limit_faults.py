"""What is wrong with caps and budgets is found when they are saved, each at its place."""

import pytest

from tests.unit.rules.examples import SHOP, program
from tests.unit.rules.test_rule_faults import faults

RULES = """
earn_rules:
  base: {brands: [NORTH, PEAK], per_amount: {points: 1, per: 1.00 USD}}
  summer: {brand: NORTH, kind: bonus, offer: SUMMER, fixed: {points: 50, per: order}}
"""
EURO = """
locations:
  quay: {name: Quay, operator: north, brands: [NORTH], currency: EUR, time_zone: Europe/Paris}
"""
EURO_SHOP = SHOP.replace("liability: 0.0", "liability: [0.007 EUR, 0.0").replace(" USD}", " USD]}")


def limit_faults(section: str, limit: str, *more: str, shop: str = SHOP) -> list[tuple[str, str]]:
    """Faults of one cap or budget; places are told without file, line and limit."""
    found = faults(shop, RULES, f"{section}:\n  l:\n    {{{limit}}}", *more)
    assert all(field.startswith((f"2.yaml:2 {section}.l", f"2.yaml:3 {section}.l")) for field, _ in found)
    return [(field.partition(f"{section}.l")[2].removeprefix("."), reason) for field, reason in found]


@pytest.mark.parametrize(
    ("limit", "place", "reason"),
    [
        ("per: member, points: 1", "", "should have either offer or rules"),
        ("per: member, points: 1, offer: SUMMER, rules: base", "", "should have either offer or rules"),
        ("per: member, offer: SUMMER", "", "should have points, money or both"),
        ("per: member, offer: SUMMER, points: ten", "points", "should be a whole number from 0 to 999999999999"),
        ("per: member, offer: SUMMER, points: -1", "points", "should be a whole number from 0 to 999999999999"),
        ("per: member, offer: SUMMER, points: 1.5", "points", "should be a whole number from 0 to 999999999999"),
        (
            "per: member, offer: SUMMER, money: 5",
            "money",
            "should be an amount with its currency, such as 1.00 USD",
        ),
        ("per: member, offer: SUMMER, points: 1, money: 5 EUR", "money", "no location takes EUR"),
        (
            "per: member, offer: SUMMER, money: 99999999999.00 USD",
            "money",
            "must be at most 1000000000000 minor units",
        ),
        ("offer: SUMMER, points: 1", "per", "is missing"),
        ("per: program, offer: SUMMER, points: 1", "per", "should be line, order or member"),
        ("per: member, offer: WINTER, points: 1", "offer", "there is no rule of offer WINTER"),
        ("per: member, rules: [base, bass], points: 1", "rules[1]", "there is no rule bass"),
        ("per: member, rules: [base, base.PEAK], points: 1", "rules[1]", "is named a second time"),
        ("per: member, rules: [summer, summer], points: 1", "rules[1]", "is named a second time"),
        ("per: member, rules: [], points: 1", "rules", "should not be empty"),
        ("per: member, offer: SUMMER, points: 1, window: fortnight", "window",
         "should be ever, day, week, month, quarter or year"),
        (
            "per: line, offer: SUMMER, points: 1, window: day",
            "window",
            "a cap per line begins anew with every line; leave the window out",
        ),
        (
            "per: order, offer: SUMMER, points: 1, window: month",
            "window",
            "a cap per order begins anew with every order; leave the window out",
        ),
        (
            "per: order, offer: SUMMER, points: 1, overrun: allow",
            "overrun",
            "what one order is given is not told apart; a cap per order trims",
        ),
        (
            "per: line, offer: SUMMER, points: 1, warn_at: 50%",
            "warn_at",
            "a cap per line is not used up over time; leave it out",
        ),
        ("per: member, offer: SUMMER, points: 1, overrun: stop", "overrun", "should be trim or allow"),
        ("per: member, offer: SUMMER, points: 1, warn_at: [80%, 50%]", "warn_at[1]",
         "must be above 80%, the mark before it"),
        ("per: member, offer: SUMMER, points: 1, warn_at: [12.5%, 12.5%]", "warn_at[1]",
         "must be above 12.50%, the mark before it"),
        ("per: member, offer: SUMMER, points: 1, warn_at: [50%, 100%]", "warn_at[1]",
         "must be below 100%, which is told anyway"),
        ("per: member, offer: SUMMER, points: 1, warn_at: 0%", "warn_at", "should be above 0% and at most 100%"),
        (
            "per: member, offer: SUMMER, points: 1, colour: red",
            "colour",
            "is no key here; keys are offer, rules, points, money, window, overrun, warn_at, per",
        ),
    ],
)  # fmt: skip
def test_a_faulty_cap(limit: str, place: str, reason: str) -> None:
    assert limit_faults("caps", limit) == [(place, reason)]


@pytest.mark.parametrize(
    ("limit", "place", "reason"),
    [
        ("per: member, offer: SUMMER, points: 1", "per", "should be program or location"),
        ("rules: bass, points: 1", "rules", "there is no rule bass"),
        ("offer: SUMMER, points: 1, warn_at: [80%, 50%]", "warn_at[1]", "must be above 80%, the mark before it"),
    ],
)
def test_a_faulty_budget(limit: str, place: str, reason: str) -> None:
    assert limit_faults("budgets", limit) == [(place, reason)]


def test_a_cap_and_a_budget_are_not_called_alike() -> None:
    both = "caps:\n  l: {offer: SUMMER, points: 1, per: member}\nbudgets:\n  l: {offer: SUMMER, points: 1}"
    assert faults(SHOP, RULES, both) == [("2.yaml:4 budgets.l", "a cap is called so already")]


def test_a_limit_is_defined_once() -> None:
    text = "caps:\n  l: {offer: SUMMER, points: 1, per: member}"
    assert faults(SHOP, RULES, text, text) == [("3.yaml:2 caps.l", "is defined a second time, first at 2.yaml:2")]


@pytest.mark.parametrize("limit", ["rules: base.NORTH, money: 5 USD", "offer: SUMMER, money: 5 USD"])
def test_money_alone_does_not_limit_what_is_paid_in_another_currency(limit: str) -> None:
    rules = RULES.replace("1.00 USD", "[1.00 USD, 1.00 EUR]")
    rule = "base.NORTH" if "base" in limit else "summer"
    found = faults(EURO_SHOP, rules, f"budgets:\n  l:\n    {{{limit}}}", EURO)
    assert found == [
        (
            "2.yaml:3 budgets.l.money",
            f"rule {rule} may pay in EUR, which this does not count; "
            "limit points too, or the rule to places that take USD",
        )
    ]


@pytest.mark.parametrize(
    "limit",
    [
        "rules: base, money: 5 USD",
        "rules: base, money: 5 USD, points: 600",
        "rules: double, money: 5 USD",
        "offer: SUMMER, money: 5 USD, points: 600",
        "rules: here, money: 5 USD",
        "rules: big, money: 5 USD",
    ],
)
def test_money_alone_limits_rules_that_pay_in_its_currency_alone(limit: str) -> None:
    more = """
    earn_rules:
      double: {brand: NORTH, multiplier: {factor: 2}}
      big: {brand: NORTH, kind: bonus, basket: {spend_at_least: 50 USD}, fixed: {points: 9, per: order}}
      here: {brand: NORTH, kind: bonus, per_unit: {points: 1}, when: {locations: mall}}
    """
    assert program(EURO_SHOP, RULES, more, f"caps: {{l: {{per: order, {limit}}}}}", EURO).limits


def test_a_multiplier_pays_in_the_currencies_of_the_base() -> None:
    rules = RULES.replace("1.00 USD", "[1.00 USD, 1.00 EUR]")
    double = "earn_rules: {double: {brand: NORTH, multiplier: {factor: 2}}}"
    found = faults(EURO_SHOP, rules, double, "caps: {l: {per: order, rules: double, money: 5 USD}}", EURO)
    assert [(field, reason.partition(",")[0]) for field, reason in found] == [
        ("3.yaml:1 caps.l.money", "rule double may pay in EUR")
    ]


def test_of_rules_that_cannot_be_read_it_is_not_said_that_they_do_not_exist() -> None:
    rules = RULES + "  winter: {brand: NORTH, offer: WINTER, fixed: {points: many, per: order}}\n"
    caps = "caps: {l: {per: member, points: 1, rules: winter}, m: {per: member, points: 1, offer: WINTER}}"
    assert [field for field, _ in faults(SHOP, rules, caps)] == ["1.yaml:5 earn_rules.winter.fixed.points"]


def test_a_rule_has_at_most_sixteen_limits() -> None:
    caps = "\n".join(f"  c{number:02d}: {{per: member, rules: summer, points: 1}}" for number in range(17))
    assert program(SHOP, RULES, "caps:\n" + caps.rpartition("\n")[0]).limits
    too_many = "more than 16 caps and budgets cover it"
    assert faults(SHOP, RULES, f"caps:\n{caps}") == [("2.yaml:18 caps.c16.rules", too_many)]
    offer = caps.replace("rules: summer", "offer: SUMMER")
    assert faults(SHOP, RULES, f"caps:\n{offer}") == [("2.yaml:18 caps.c16.offer", too_many)]
    either = caps.replace("c03: {per: member, rules: summer", "c03: {per: member, offer: SUMMER")
    assert faults(SHOP, RULES, f"caps:\n{either}") == [("2.yaml:18 caps.c16", f"of rule summer: {too_many}")]
