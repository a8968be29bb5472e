"""Wherever points can be spent, an agreement says what their issuer owes, from now on; else the program is refused."""

import time
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.program_file import ProgramFile
from tests.unit.rules.examples import read

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWED = "; `redemption: {agreement_gaps: allowed}` would refuse such redemptions instead"

SHOPS = """
program: {id: t, name: T}
entities: {a: {name: A}, b: {name: B}, hq: {name: HQ}}
brands:
  A: {name: A, entity: a, liability: 1 USD, point_values: [{worth: 1 USD}]}
  B: {name: B, entity: b, liability: 1 USD}
locations:
  shop-a: {name: A, operator: a, region: east, brands: A, currency: USD, time_zone: UTC}
  shop-b: {name: B, operator: b, region: west, brands: B, currency: USD, time_zone: UTC}
earn_rules:
  a: {brand: A, per_unit: {points: 1}}
  b: {brand: B, per_unit: {points: 1}}
"""
"""Points of either brand can be spent at A, whose entity redeems them."""


def faults(shops: str, agreements: str = "", now: datetime = NOW) -> list[tuple[str, str]]:
    """Where and what; nothing if the program is one."""
    texts = (shops, f"agreements: {{{agreements}}}")
    files = [ProgramFile(f"{number}.yaml", dedent(text)) for number, text in enumerate(texts)]
    try:
        read("t", files, now)
    except Refusal as refusal:
        return [(violation.field, violation.description) for violation in refusal.violations]
    return []


def missing(issuer: str = "b", redeemer: str = "a", brand: str = "A", times: str = "") -> str:
    """The reason of a gap."""
    return f"no agreement says what {issuer} owes {redeemer} when its points are spent at {brand}{times}{OWED}"


def test_a_missing_agreement_is_told_where_points_can_be_spent() -> None:
    assert faults(SHOPS) == [("0.yaml:5 brands.A.point_values[0]", missing())]


def test_a_program_may_say_that_gaps_are_meant() -> None:
    assert faults(SHOPS.replace("name: T}", "name: T, redemption: {agreement_gaps: allowed}}")) == []


@pytest.mark.parametrize(
    "agreements",
    [
        "x: {share_of_face: 1}",
        "x: {issuer: b, share_of_face: 1}",
        "x: {redeemer: a, share_of_face: 1}",
        "x: {issuer: b, redeemer: a, share_of_face: 1}",
        "x: {issuer: b, share_of_face: 1, until: 2027-01-01}, y: {share_of_face: 1, from: 2026-06-01}",
        "x: {issuer: b, share_of_face: 1, from: 2025-12-31}",
    ],
)
def test_agreements_without_gaps(agreements: str) -> None:
    assert faults(SHOPS, agreements) == []


@pytest.mark.parametrize(
    ("agreements", "place", "times"),
    [
        ("x: {share_of_face: 1, until: 2026-02-01}", "1.yaml:1 agreements.x.until", " from 2026-02-01T00:00:00Z"),
        (
            "x: {share_of_face: 1, from: 2026-02-01}",
            "0.yaml:5 brands.A.point_values[0]",
            " until 2026-02-01T00:00:00Z",
        ),
        (
            "x: {issuer: b, share_of_face: 1, until: 2026-02-01}, y: {issuer: b, share_of_face: 1, from: 2026-03-01}",
            "1.yaml:1 agreements.x.until",
            " from 2026-02-01T00:00:00Z until 2026-03-01T00:00:00Z",
        ),
        ("x: {issuer: a, share_of_face: 1}", "0.yaml:5 brands.A.point_values[0]", ""),
        ("x: {issuer: b, redeemer: hq, share_of_face: 1}", "0.yaml:5 brands.A.point_values[0]", ""),
    ],
)
def test_a_gap_names_its_times(agreements: str, place: str, times: str) -> None:
    assert faults(SHOPS, agreements) == [(place, missing(times=times))]


def test_a_gap_that_is_over_does_not_matter() -> None:
    agreements = "x: {share_of_face: 1, from: 2025-06-01}"
    assert faults(SHOPS, agreements) == []
    assert faults(SHOPS, agreements, datetime(2025, 5, 1, tzinfo=UTC)) == [
        ("0.yaml:5 brands.A.point_values[0]", missing(times=" until 2025-06-01T00:00:00Z"))
    ]


def test_on_a_replay_clock_all_times_matter() -> None:
    replayed = SHOPS.replace("name: T}", "name: T, sandbox: true, replay_clock: true}")
    assert faults(replayed, "x: {share_of_face: 1, from: 2017-06-01}") == [
        ("0.yaml:5 brands.A.point_values[0]", missing(times=" until 2017-06-01T00:00:00Z"))
    ]


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("point_values: [{worth: 1 USD}]", "point_values: []"),
        ("point_values: [{worth: 1 USD}]", "point_values: [{worth: 1 EUR}]"),
        ("point_values: [{worth: 1 USD}]", "point_values: [{worth: 1 USD, until: 2025-12-01}]"),
        ("{brand: B, per_unit: {points: 1}}", "{brand: B, per_unit: {points: 1}, scope: {brands: B}}"),
        ("{brand: B, per_unit: {points: 1}}", "{brand: B, per_unit: {points: 1}, scope: earning_location}"),
        ("{brand: B, per_unit: {points: 1}}", "{brand: B, per_unit: {points: 1}, scope: operator}"),
        ("{brand: B, per_unit: {points: 1}}", "{brand: B, per_unit: {points: 1}, scope: region}"),
        ("{brand: B, per_unit: {points: 1}}", "{brand: B, per_unit: {points: 1}, funders: {a: 100%}}"),
    ],
)
def test_who_cannot_meet_needs_no_agreement(changed: str, into: str) -> None:
    assert faults(SHOPS.replace(changed, into)) == []


def test_every_funder_owes() -> None:
    funded = SHOPS.replace(
        "a: {brand: A, per_unit: {points: 1}}", "a: {brand: A, per_unit: {points: 1}, funders: {hq: 50%, a: 50%}}"
    )
    assert faults(funded, "x: {issuer: b, share_of_face: 1}") == [
        ("0.yaml:5 brands.A.point_values[0]", missing(issuer="hq"))
    ]


def test_where_operators_redeem_they_are_owed() -> None:
    run = SHOPS.replace("name: T}", "name: T, redemption: {redeemer: operator}}").replace(
        "{name: A, operator: a,", "{name: A, operator: hq,"
    )
    assert faults(run) == [("0.yaml:5 brands.A.point_values[0]", missing(issuer, "hq")) for issuer in ("a", "b")]


def test_an_agreement_that_could_not_be_read_is_not_called_missing() -> None:
    assert [place for place, _ in faults(SHOPS, "x: {share_of_face: lots}")] == ["1.yaml:1 agreements.x.share_of_face"]


TWO_CURRENCIES = (
    SHOPS.replace("{worth: 1 USD}]", "{worth: 1 USD}, {worth: 1 EUR}]")
    .replace("locations:", "locations:\n  shop-e: {name: E, operator: a, brands: A, currency: EUR, time_zone: UTC}")
    .replace("liability: 1 USD", "liability: [1 USD, 1 EUR]")
)
"""Points of B are earned in dollars alone, and can be spent at A in dollars and euros."""
UNRATED = "needs an exchange rate from USD to EUR{}: points of b that stand for USD can be spent at A"


def test_where_nobody_owes_no_agreement_is_needed() -> None:
    assert faults(f"{SHOPS}settlement: {{policy: none}}") == []
    assert faults(f"{SHOPS}settlement: {{policy: {{reserve: hq}}}}") == [
        ("0.yaml:5 brands.A.point_values[0]", missing())
    ]


@pytest.mark.parametrize("agreement", ["price_per_point: [1 USD, 1 EUR]", "issuer: b, price_per_point: [1 EUR, 1 USD]"])
def test_a_price_in_each_currency_leaves_no_gap(agreement: str) -> None:
    assert faults(TWO_CURRENCIES, f"x: {{{agreement}}}") == []


@pytest.mark.parametrize(
    "agreements",
    [
        "x: {price_per_point: 1 USD}",
        "y: {share_of_face: 1}, x: {issuer: b, price_per_point: 1 USD}",
        "y: {share_of_face: 1, until: 2026-06-01}, x: {price_per_point: 1 USD, from: 2026-06-01}",
        "z: {issuer: b, share_of_face: 1, until: 2026-06-01}, x: {price_per_point: 1 USD}",
    ],
)
def test_a_currency_without_a_price_is_a_gap(agreements: str) -> None:
    reason = "has no price in EUR, in which points of b can be spent at A"
    assert faults(TWO_CURRENCIES, agreements) == [("1.yaml:1 agreements.x.price_per_point", reason)]


@pytest.mark.parametrize(
    "agreements",
    [
        "x: {price_per_point: 1 USD}, y: {issuer: b, share_of_face: 1}",
        "x: {price_per_point: 1 USD, until: 2025-12-01}, y: {share_of_face: 1, from: 2025-12-01}",
        "x: {issuer: a, price_per_point: 1 USD}, y: {share_of_face: 1}",
    ],
)
def test_a_price_that_nobody_asks_for_any_more_is_no_gap(agreements: str) -> None:
    assert faults(TWO_CURRENCIES, agreements) == []


def rates(*bounds: str) -> str:
    """The agreement `x` at liability value, and a rate from dollars to euros for each of these spans."""
    listed = ", ".join(f"r{number}: {{amount: 1 USD, worth: 0.9 EUR{one}}}" for number, one in enumerate(bounds))
    return f"x: {{share_of_liability: 90%}}}}\nexchange_rates: {{{listed}"


@pytest.mark.parametrize("bounds", [("",), (", from: 2025-06-01",), (", until: 2025-06-01", ", from: 2025-06-01")])
def test_rates_from_now_on_leave_no_gap(bounds: tuple[str, ...]) -> None:
    assert faults(TWO_CURRENCIES, rates(*bounds)) == []


@pytest.mark.parametrize("bounds", [(), (", from: 2026-02-01",)])
def test_a_rate_that_a_price_needs_is_a_gap(bounds: tuple[str, ...]) -> None:
    place = "1.yaml:1 agreements.x.share_of_liability"
    assert faults(TWO_CURRENCIES, rates(*bounds)) == [(place, UNRATED.format(""))]


def test_an_agreement_may_begin_with_its_first_rate() -> None:
    agreed = rates(", from: 2026-02-01").replace("90%}", "90%, from: 2026-02-01}, y: {share_of_face: 1}")
    assert faults(TWO_CURRENCIES, agreed.replace("x: {", "x: {issuer: b, ")) == []
    earlier = agreed.replace("90%, from: 2026-02-01", "90%, from: 2026-01-30").replace("x: {", "x: {issuer: b, ")
    assert faults(TWO_CURRENCIES, earlier) == [
        ("1.yaml:1 agreements.x.share_of_liability", UNRATED.format(" from 2026-01-30T00:00:00Z on"))
    ]


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("{brand: B, per_unit: {points: 1}}", "{brand: B, per_unit: {points: 1}, scope: {brands: B}}"),
        (", {worth: 1 EUR}]", "]"),
        ("agreement_gaps: refused", "agreement_gaps: allowed"),
    ],
)
def test_a_rate_that_no_price_needs_is_no_gap(changed: str, into: str) -> None:
    said = TWO_CURRENCIES.replace("name: T}", "name: T, redemption: {agreement_gaps: refused}}")
    assert faults(said, "x: {share_of_liability: 90%}") != []
    assert faults(said.replace(changed, into), "x: {share_of_liability: 90%}") == []


def test_points_of_a_multiplier_stand_for_money_where_its_brand_is_sold() -> None:
    funded = TWO_CURRENCIES.replace(
        "b: {brand: B, per_unit: {points: 1}}",
        "b: {brand: B, per_unit: {points: 1}, scope: {brands: B}}\n"
        "  more: {brand: B, multiplier: {factor: 2}, funders: {hq: 100%}}",
    )
    assert faults(funded, "x: {share_of_liability: 90%}") == [
        ("1.yaml:1 agreements.x.share_of_liability", UNRATED.format("").replace("of b", "of hq"))
    ]


UNPAYABLE = "no exchange rate says what {0} is in {1}, so what is owed in {0} could not be paid"


def settled(currency: str, rate: str, program: str = "name: T}") -> list[str]:
    """What is wrong with settling a program in two currencies in this one, by this rate."""
    extra = f"\nexchange_rates: {{r: {{{rate}}}}}\nsettlement: {{currency: {currency}}}\n"
    found = faults(TWO_CURRENCIES.replace("name: T}", program) + extra, "x: {share_of_face: 1}")
    assert {place for place, _ in found} <= {"0.yaml:16 settlement.currency"}
    return [reason for _, reason in found]


def test_what_is_owed_can_be_paid_in_the_currency_of_settlement() -> None:
    assert settled("EUR", "amount: 1 USD, worth: 0.9 EUR") == []
    assert settled("USD", "amount: 1 USD, worth: 0.9 EUR") == [UNPAYABLE.format("EUR", "USD")]
    assert settled("GBP", "amount: 1 USD, worth: 0.7 GBP") == [UNPAYABLE.format("EUR", "GBP")]
    assert settled("GBP", "amount: 1 USD, worth: 0.9 EUR") == [UNPAYABLE.format(one, "GBP") for one in ("EUR", "USD")]


def test_a_rate_that_is_still_to_come_pays_nothing_but_on_a_replay_clock() -> None:
    rate = "amount: 1 USD, worth: 0.9 EUR, from: {}"
    assert settled("EUR", rate.format("2026-01-01")) == []
    assert settled("EUR", rate.format("2026-01-02")) == [UNPAYABLE.format("USD", "EUR")]
    assert settled("EUR", rate.format("2026-01-02"), "name: T, sandbox: true, replay_clock: true}") == []


def test_prices_of_a_thousand_operators_are_looked_through_quickly() -> None:
    each = range(1_000)
    chain_of_shops = f"""
program: {{id: t, name: T, redemption: {{redeemer: operator}}}}
entities: {{{", ".join(f"o{n}: {{name: O}}" for n in each)}}}
brands: {{B: {{name: B, entity: o0, liability: 1 USD, point_values: [{{worth: 1 USD}}]}}}}
locations: {{{", ".join(f"l{n}: {{name: L, operator: o{n}, brands: B, currency: USD, time_zone: UTC}}" for n in each)}}}
earn_rules: {{r: {{brand: B, per_unit: {{points: 1}}, funders: {{operator: 100%}}}}}}
"""
    priced = ", ".join(f"x{n}: {{issuer: o{n}, price_per_point: 1 USD}}" for n in each)
    began = time.process_time()
    assert faults(chain_of_shops, f"y: {{share_of_liability: 1}}, {priced}") == []
    assert time.process_time() - began < 10
