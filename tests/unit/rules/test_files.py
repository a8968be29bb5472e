"""Program files: what they may say, and that each fault names file, line and place."""

from textwrap import dedent

import pytest

from chassis.values.money import Money
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from rules_service.domain.content import program_content
from rules_service.domain.effects import PointsPerAmount
from rules_service.domain.expiry import ExpiresAfterDays, ExpiresAfterMonths
from rules_service.domain.program import ExpiryMode
from rules_service.domain.program_file import ProgramFile
from rules_service.wire.file_sources import MOST_BYTES
from tests.unit.rules.examples import SHOP, program, read

ONE_EFFECT = "should have exactly one of per_amount, per_unit, per_measure, multiplier, fixed, steps, bundle"
BRAND_KEYS = "name, entity, point_values, minimum_points, block_points, points, liability"


def faults(*texts: str) -> list[tuple[str, str]]:
    """Where and what, of files that cannot be a program."""
    with pytest.raises(Refusal) as raised:
        program(*texts)
    return [(violation.field, violation.description) for violation in raised.value.violations]


def rule_faults(rule: str) -> list[tuple[str, str]]:
    """Faults of one rule; places are told without file and line."""
    return [(field.split(" ")[1], reason) for field, reason in faults(SHOP, f"earn_rules: {{r: {rule}}}")]


def test_numbers_are_exact() -> None:
    text = "earn_rules: {r: {brand: NORTH, per_amount: {points: 0.1, per: 0.30 USD}}}"
    assert program(SHOP, text).earn_rules[0].effect == PointsPerAmount(Ratio(1, 10), (Money("USD", 30),))


@pytest.mark.parametrize("per", ["1.50 USD", '"1.50 USD"', "{amount: 1.50, currency: USD}"])
def test_money_is_written_in_either_form(per: str) -> None:
    text = f"earn_rules: {{r: {{brand: NORTH, per_amount: {{points: 1, per: {per}}}}}}}"
    assert program(SHOP, text).earn_rules[0].effect == PointsPerAmount(Ratio(1, 1), (Money("USD", 150),))


def test_money_of_a_currency_without_cents() -> None:
    text = "earn_rules: {r: {brand: NORTH, per_amount: {points: 1, per: 100 JPY}}}"
    shop = SHOP.replace("liability: 0.008 USD", "liability: [0.008 USD, 1 JPY]").replace(
        "[PEAK], currency: USD", "[PEAK], currency: JPY"
    )
    assert program(shop, text).earn_rules[0].effect == PointsPerAmount(Ratio(1, 1), (Money("JPY", 100),))


def test_ids_keep_their_text() -> None:
    text = "earn_rules: {r: {brand: NORTH, when: {skus: [0123, 1e3, NO, 1.10]}, per_unit: {points: 1}}}"
    assert program(SHOP, text).earn_rules[0].selector.skus == ("0123", "1e3", "NO", "1.10")


def test_a_rule_expires_as_the_program_says_unless_it_says_otherwise() -> None:
    shop = SHOP.replace("sandbox: true", "expiry: {months: 6}, expiry_mode: brand_tiered")
    rules = """
    earn_rules:
      a: {brand: NORTH, per_unit: {points: 1}}
      b: {brand: NORTH, per_unit: {points: 1}, expiry: {days: 30}}
      c: {brand: NORTH, per_unit: {points: 1}, expiry: never}
    """
    read = program(shop, rules)
    assert [rule.expiry for rule in read.earn_rules] == [ExpiresAfterMonths(6), ExpiresAfterDays(30), None]
    assert read.expiry_mode is ExpiryMode.BRAND_TIERED


def test_late_uploads_are_taken_for_400_days_by_default() -> None:
    assert program(SHOP).late_upload_days == 400


def test_bare_dates_begin_in_the_programs_time_zone() -> None:
    shop = SHOP.replace("sandbox: true", "time_zone: Asia/Tokyo").replace(
        "liability: 0.01 USD", "liability: 0.01 USD, point_values: [{worth: 1 USD, from: 2024-07-01}]"
    )
    start = program(shop).brands[1].point_values[0].interval.start
    assert start is not None
    assert start.isoformat() == "2024-06-30T15:00:00+00:00"


@pytest.mark.parametrize(("zone", "day"), [("Asia/Tokyo", "0001-01-01"), ("America/New_York", "9999-12-31")])
def test_a_date_whose_start_is_no_moment_is_refused(zone: str, day: str) -> None:
    values = f"point_values: [{{worth: 1 USD, from: {day}}}]"
    shop = SHOP.replace("sandbox: true", f"time_zone: {zone}").replace("name: Peak,", f"name: Peak, {values},")
    assert faults(shop) == [("0.yaml:6 brands.PEAK.point_values[0].from", "should lie between the years 1900 and 2999")]


@pytest.mark.parametrize(
    ("points", "place", "reason"),
    [
        ("{name: star, per_point: 0}", "points.per_point", "should be a whole number from 1 to 999999999"),
        ("{name: star, per_point: 0.5}", "points.per_point", "should be a whole number from 1 to 999999999"),
        (
            "[{name: bean, per_point: 2, until: 2025-01-02}, {name: star, per_point: 3, from: 2025-01-01}]",
            "points[1]",
            "two names are in force at once, this and entry 1",
        ),
    ],
)
def test_a_brand_has_one_name_for_points_at_any_time(points: str, place: str, reason: str) -> None:
    shop = SHOP.replace("name: Peak,", f"name: Peak, points: {points},")
    assert faults(shop) == [(f"0.yaml:6 brands.PEAK.{place}", reason)]


def test_sections_may_lie_in_any_files() -> None:
    sections = dedent(SHOP).strip().split("\nbrands:")
    assert program_content(program(sections[0], "brands:" + sections[1])) == program_content(program(SHOP))


def test_an_id_defined_twice_names_both_places() -> None:
    assert faults(SHOP, "\nentities: {north: {name: Other}}") == [
        ("1.yaml:2 entities.north", "is defined a second time, first at 0.yaml:3")
    ]


def test_the_program_section_is_given_once() -> None:
    assert faults(SHOP, "program: {id: t, name: Again}") == [
        ("1.yaml:1 program", "is described a second time, first at 0.yaml:2")
    ]


def test_a_missing_program_section_is_one_fault() -> None:
    assert faults("brands: {A: {name: A, entity: e}}\nentities: {e: {name: E}}") == [
        ("0.yaml:1 program", "no file has a program section")
    ]


def test_the_files_of_another_program_are_refused() -> None:
    with pytest.raises(Refusal) as raised:
        read("other", [ProgramFile("a.yaml", SHOP)])
    assert [(violation.field, violation.description) for violation in raised.value.violations] == [
        ("a.yaml:2 program.id", "the files describe program t, the call names other")
    ]


def test_faults_of_all_kinds_are_told_at_once() -> None:
    text = """\
    brands:
      EAST:
        name: East
        entity: nobody
        colour: red
    earn_rules:
      r:
        brand: SOUTH
        per_unit:
          points: 0
    """
    assert faults(SHOP, text) == [
        (
            "1.yaml:5 brands.EAST.colour",
            "is no key here; keys are " + BRAND_KEYS,
        ),
        ("1.yaml:8 earn_rules.r.brand", "there is no brand SOUTH"),
        ("1.yaml:10 earn_rules.r.per_unit.points", "must be above 0 and at most 1000000"),
    ]


def test_what_an_unreadable_file_may_define_is_not_called_unknown() -> None:
    rule = "earn_rules: {r: {brand: ELSEWHERE, per_unit: {points: 1}}}"
    assert [field for field, _ in faults(SHOP, rule, "brands: {")] == ["2.yaml:1"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x 1", "anchors and aliases are not used in program files"),
        ("a: *x", "anchors and aliases are not used in program files"),
        ("a: !!python/name:os.system 1", "tags are not used in program files"),
        ("a: 1\n---\nb: 2", "a second document begins here; a file holds one"),
        ("[" * 50, "is nested more than 16 deep"),
        ("- 1", "should be a map of sections"),
        ("colours: {}", None),
        ("? [a]\n: 1", "a key is plain text"),
        ("brands: {A: {name: A, entity: north, name: B}}", "name is named a second time, first at line 1"),
        ("a: \x07", None),
        ("<<: {a: 1}", None),
    ],
)
def test_a_text_that_is_not_plain_yaml_of_ours_is_refused(text: str, reason: str | None) -> None:
    got = faults(SHOP, text)
    assert len(got) == 1
    assert got[0][0].startswith("1.yaml:")
    assert reason is None or got[0][1] == reason


def test_a_file_that_is_too_large_is_refused() -> None:
    assert faults(SHOP, "#" * (MOST_BYTES + 1)) == [("1.yaml:1", f"is larger than {MOST_BYTES} bytes")]


@pytest.mark.parametrize("path", ["../x.yaml", "/x.yaml", "a b.yaml", "", "x\n.yaml"])
def test_an_odd_path_is_refused(path: str) -> None:
    with pytest.raises(Refusal, match="PROGRAM_INVALID"):
        read("t", [ProgramFile("a.yaml", SHOP), ProgramFile(path, "")])


@pytest.mark.parametrize(
    ("rule", "place", "reason"),
    [
        ("{brand: NORTH}", "", ONE_EFFECT),
        (
            "{brand: NORTH, per_unit: {points: 1}, multiplier: {factor: 2}}",
            "",
            ONE_EFFECT,
        ),
        ("{brand: NORTH, per_unit: {points: -1}}", ".per_unit.points", "should be a number such as 1, 0.8 or 1/3"),
        ("{brand: NORTH, per_unit: {points: 1e3}}", ".per_unit.points", "should be a number such as 1, 0.8 or 1/3"),
        ("{brand: NORTH, per_unit: {points: 1/0}}", ".per_unit.points", "should be a number such as 1, 0.8 or 1/3"),
        ("{brand: NORTH, per_unit: {points: 1000001}}", ".per_unit.points", "must be above 0 and at most 1000000"),
        (
            "{brand: NORTH, per_amount: {points: 1, per: 0 USD}}",
            ".per_amount.per",
            "must be above 0 and at most 1000000000 minor units",
        ),
        (
            "{brand: NORTH, per_amount: {points: 1, per: 0.001 USD}}",
            ".per_amount.per",
            "should have at most 2 digits after the point",
        ),
        (
            "{brand: NORTH, per_amount: {points: 1, per: 1}}",
            ".per_amount.per",
            "should be an amount with its currency, such as 1.00 USD",
        ),
        ("{brand: NORTH, multiplier: {factor: 2}}", ".multiplier", "brand NORTH has no base rule to multiply"),
        (
            "{brand: NORTH, kind: base, multiplier: {factor: 2}}",
            "",
            "a multiplier gives bonus points; leave kind out",
        ),
        ("{brand: NORTH, kind: extra, per_unit: {points: 1}}", ".kind", "should be base or bonus"),
        (
            "{brand: NORTH, per_unit: {points: 1}, funders: {north: 60%, peak: 39.99%}}",
            ".funders",
            "shares must sum to 100%, not 99.99%",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, funders: {north: 0%}}",
            ".funders.north",
            "should be above 0% and at most 100%",
        ),
        ("{brand: NORTH, per_unit: {points: 1}, funders: {}}", ".funders", "should not be empty"),
        ("{brand: NORTH, per_unit: {points: 1}, funders: {hq: 100%}}", ".funders.hq", "there is no entity hq"),
        (
            "{brand: NORTH, per_unit: {points: 1}, when: {locations: [mall, moon]}}",
            ".when.locations[1]",
            "there is no location moon",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, when: {from: 2024-02-30}}",
            ".when.from",
            "should be a date such as 2024-07-01",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, when: {from: 2024-02-02, until: 2024-02-02}}",
            ".when.until",
            "must be later than `from`",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, expiry: {days: 1, months: 1}}",
            ".expiry",
            "should be never, or one of days, months, months_then_end_of_month, months_then_end_of_quarter, "
            "months_then_end_of_year, rolling_months, rolling_days",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, expiry: {days: ~}}",
            ".expiry",
            "should be never, or one of days, months, months_then_end_of_month, months_then_end_of_quarter, "
            "months_then_end_of_year, rolling_months, rolling_days",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, available: {days: ~}}",
            ".available",
            "should be at_once, on_event, or one of hours, days, date",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, expiry: {days: 0}}",
            ".expiry.days",
            "should be a whole number from 1 to 36500",
        ),
        (
            "{brand: NORTH, per_unit: {points: 1}, when: {until: 0001-01-01}}",
            ".when.until",
            "should lie between the years 1900 and 2999",
        ),
        ('{brand: NORTH, per_unit: {points: 1}, description: "a\\nb"}', ".description", None),
    ],
)
def test_a_faulty_rule_is_refused_at_its_place(rule: str, place: str, reason: str | None) -> None:
    got = rule_faults(rule)
    assert [field for field, _ in got] == [f"earn_rules.r{place}"]
    assert reason is None or got[0][1] == reason


def test_rules_that_expire_differently_are_refused_unless_the_program_allows_it() -> None:
    rules = """
    earn_rules:
      a: {brand: NORTH, per_unit: {points: 1}}
      b: {brand: NORTH, per_unit: {points: 1}, expiry: {days: 30}}
    """
    assert faults(SHOP, rules) == [
        (
            "1.yaml:4 earn_rules.b.expiry",
            "points expire otherwise than by a; `expiry_mode: brand_tiered` would allow it",
        )
    ]


def test_a_brand_states_a_liability_in_every_currency_its_rules_may_pay_in() -> None:
    shop = SHOP.replace("liability: 0.008 USD", "liability: 0.008 EUR")
    rule = "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}}}"
    assert faults(shop, rule) == [
        (
            "0.yaml:5 brands.NORTH.liability",
            "rules of NORTH may pay in USD: state what a point stands for in USD",
        )
    ]


def test_point_values_of_one_currency_do_not_overlap() -> None:
    values = "[{worth: 1 USD}, {worth: 1 EUR}, {worth: 2 USD, from: 2024-01-01}]"
    shop = SHOP.replace("liability: 0.008 USD", f"liability: 0.008 USD, point_values: {values}")
    assert faults(shop) == [
        (
            "0.yaml:5 brands.NORTH.point_values[2]",
            "two point values in USD are in force at once, this and entry 1",
        )
    ]


def test_point_values_that_touch_do_not_overlap() -> None:
    values = "[{worth: 1 USD, until: 2024-01-01}, {worth: 2 USD, from: 2024-01-01}]"
    shop = SHOP.replace("liability: 0.008 USD", f"liability: 0.008 USD, point_values: {values}")
    assert len(program(shop).brands[0].point_values) == 2


def test_agreements_of_one_pair_do_not_overlap() -> None:
    agreements = """
    agreements:
      a: {issuer: north, redeemer: peak, share_of_face: 90%, until: 2024-06-01}
      b: {issuer: north, redeemer: peak, share_of_face: 80%, from: 2024-05-01}
      c: {share_of_face: 100%}
    """
    assert faults(SHOP, agreements) == [("1.yaml:4 agreements.b", "in force at once with a, for the same entities")]


def test_nobody_has_an_agreement_with_itself() -> None:
    assert faults(SHOP, "agreements: {a: {issuer: north, redeemer: north, share_of_face: 1}}") == [
        ("1.yaml:1 agreements.a.redeemer", "one's own points owe nobody; leave the agreement out")
    ]


def test_only_a_sandbox_runs_on_a_replay_clock() -> None:
    assert faults(SHOP.replace("sandbox: true", "replay_clock: true")) == [
        ("0.yaml:2 program.replay_clock", "only a sandbox program may run on a replay clock")
    ]


def test_a_location_has_a_real_currency_and_time_zone() -> None:
    shop = SHOP.replace(
        "currency: USD, time_zone: America/New_York}\n  pier", "currency: XXX, time_zone: Moon}\n  pier"
    )
    assert [field for field, _ in faults(shop)] == [
        "0.yaml:8 locations.mall.currency",
        "0.yaml:8 locations.mall.time_zone",
    ]


def test_a_place_is_told_in_one_line_whatever_a_key_is() -> None:
    assert faults(SHOP, 'entities: {"a\\r\\nb": {name: A}}')[0][0] == "1.yaml:1 entities.a\ufffd\ufffdb"
    ((place, _),) = faults(SHOP, f"? {'k' * 5_000}\n: 1")
    assert len(place) < 320


def test_a_huge_program_of_overlaps_is_judged_quickly() -> None:
    values = ", ".join("{worth: 1 USD}" for _ in range(5000))
    shop = SHOP.replace("liability: 0.008 USD", f"liability: 0.008 USD, point_values: [{values}]")
    with pytest.raises(Refusal) as raised:
        program(shop)
    assert raised.value.metadata["faults"] == "4999"
