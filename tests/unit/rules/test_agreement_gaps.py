"""Wherever points can be spent, an agreement says what their issuer owes, from now on; else the program is refused."""

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
