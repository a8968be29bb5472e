"""What files say of members, what it means, what is wrong with it, and how it is told and stored."""

from dataclasses import replace

import pytest
from loyalty.rules.v1 import program_pb2 as pb

from rules_service.domain.content import program_content, rule_version
from rules_service.domain.content_member import member_content, read_member
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import differences
from rules_service.domain.selector import BirthdayWindow, MemberSelector, PurchaseChoice, Selector, TierChoice
from rules_service.wire.selectors import selector_message
from tests.unit.rules.examples import SHOP, example, program
from tests.unit.rules.test_rule_faults import faults
from tests.unit.rules.test_rule_files import rule

LADDERS = """
ladders:
  prestige:
    name: Prestige
    counts: orders
    window: lifetime
    tiers: {silver: {from: 1}, gold: {from: 5}}
    changes: [{from: 2027-01-01, tiers: {gold: {from: 5}, platinum: {from: 9}}}]
"""
MEMBERS = [
    (
        "tier: {prestige: [platinum, gold]}",
        MemberSelector(tiers=(TierChoice("prestige", ("platinum", "gold")),)),
        pb.MemberSelector(tiers=[pb.TierChoice(ladder_id="prestige", tier_ids=["gold", "platinum"])]),
        {"tiers": {"prestige": ["gold", "platinum"]}},
    ),
    ("segment: vip", MemberSelector(segments=("vip",)), pb.MemberSelector(segments=["vip"]), {"segments": ["vip"]}),
    (
        "member_for: {at_least: 365 days}",
        MemberSelector(days_at_least=365),
        pb.MemberSelector(member_days_at_least=365),
        {"days_at_least": 365},
    ),
    (
        "member_for: {at_least: 1 day, below: 30 days}",
        MemberSelector(days_at_least=1, days_below=30),
        pb.MemberSelector(member_days_at_least=1, member_days_below=30),
        {"days_at_least": 1, "days_below": 30},
    ),
    (
        "birthday: month",
        MemberSelector(birthday=BirthdayWindow(month=True)),
        pb.MemberSelector(birthday=pb.BirthdayWindow(month=True)),
        {"birthday": "month"},
    ),
    (
        "birthday: day",
        MemberSelector(birthday=BirthdayWindow()),
        pb.MemberSelector(birthday=pb.BirthdayWindow()),
        {"birthday": {"days_before": 0, "days_after": 0}},
    ),
    (
        "birthday: {before: 7, after: 180}",
        MemberSelector(birthday=BirthdayWindow(False, 7, 180)),
        pb.MemberSelector(birthday=pb.BirthdayWindow(days_before=7, days_after=180)),
        {"birthday": {"days_before": 7, "days_after": 180}},
    ),
    (
        "purchase: {number: [10, 1, 10]}",
        MemberSelector(purchase=PurchaseChoice((1, 10))),
        pb.MemberSelector(purchase=pb.PurchaseChoice(numbers=[1, 10])),
        {"purchase": {"numbers": [1, 10]}},
    ),
    (
        "purchase: {every: 5, of: program}",
        MemberSelector(purchase=PurchaseChoice((), 5, True)),
        pb.MemberSelector(purchase=pb.PurchaseChoice(every=5, any_brand=True)),
        {"purchase": {"every": 5, "any_brand": True}},
    ),
]


@pytest.mark.parametrize(("when", "meant", "told", "stored"), MEMBERS)
def test_what_a_rule_asks_of_the_member(
    when: str, meant: MemberSelector, told: pb.MemberSelector, stored: dict[str, object]
) -> None:
    read = rule(f"per_unit: {{points: 1}}, when: {{{when}}}", SHOP + LADDERS)
    assert read.selector == Selector(member=meant)
    assert selector_message(read.selector) == pb.Selector(member=told)
    assert member_content(meant) == stored
    again = read_member(stored)
    assert again is not None
    assert member_content(again) == stored


def test_the_order_of_tiers_and_segments_is_no_difference() -> None:
    one = MemberSelector(tiers=(TierChoice("a", ("x", "y")), TierChoice("b", ("z",))), segments=("s", "t"))
    other = MemberSelector(tiers=(TierChoice("b", ("z",)), TierChoice("a", ("y", "x"))), segments=("t", "s"))
    assert member_content(one) == member_content(other)


@pytest.mark.parametrize("name", ["demo", "high-street", "uci", "worked-basket"])
def test_a_rule_that_asks_nothing_of_members_keeps_its_hash(name: str) -> None:
    rules = example(name).program.earn_rules
    unasking = [one for one in rules if one.selector.member is None]
    assert unasking
    content = program_content(example(name).program)["earn_rules"]
    assert isinstance(content, dict)
    assert all("member" not in content[one.rule_id].get("selector", {}) for one in unasking)
    for one in unasking:
        asking = replace(one, selector=replace(one.selector, member=MemberSelector(segments=("vip",))))
        assert rule_version(asking) != rule_version(one)
        assert rule_version(replace(asking, selector=one.selector)) == rule_version(one)


EMPTY = "should not be empty"
VALUELESS = "has no value; leave the key out"


@pytest.mark.parametrize(
    ("asks", "place", "reason"),
    [
        *(
            (f"{key}: []", key, EMPTY)
            for key in ("categories", "skus", "locations", "regions", "operators", "channels")
        ),
        *((f"{key}: []", key, EMPTY) for key in ("payment", "weekdays", "segment")),
        *((f"{key}: {{}}", key, EMPTY) for key in ("attributes", "tier")),
        ("except: {skus: []}", "except.skus", EMPTY),
        ("except: {categories: []}", "except.categories", EMPTY),
        *((f"{key}: ", key, VALUELESS) for key in ("from", "until", "hours", "member_for", "purchase")),
        ("birthday: ~", "birthday", VALUELESS),
        ("segment: ~", "segment", "should be a single value"),
        ("member_for: {at_least: 1 day, below: null}", "member_for.below", VALUELESS),
        ("purchase: {number: 1, every: }", "purchase.every", VALUELESS),
    ],
)
def test_to_ask_nothing_is_no_rule_for_everybody(asks: str, place: str, reason: str) -> None:
    """An empty list of segments would select the sales that are nobody's too."""
    ((field, told),) = faults(SHOP, f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, when: {{{asks}}}}}}}")
    assert (field, told) == (f"1.yaml:1 earn_rules.r.when.{place}", reason)


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (("earn_rules: {r: {brand: NORTH, per_unit: {points: 1}, condition: }}",), "earn_rules.r.condition"),
        (("earn_rules: {r: {brand: NORTH, brands: , per_unit: {points: 1}}}",), "earn_rules.r.brands"),
        (
            (
                "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}}}",
                "caps: {c: {rules: r, per: order, points: 5, money: }}",
            ),
            "caps.c.money",
        ),
        (("ladders: {l: {name: L, counts: orders, window: lifetime, brand: , tiers: {a: {from: 1}}}}",),
         "ladders.l.brand"),
        (("agreements: {a: {issuer: , share_of_face: 1}}",), "agreements.a.issuer"),
    ],
)  # fmt: skip
def test_a_key_without_a_value_is_no_default(texts: tuple[str, ...], place: str) -> None:
    ((field, reason),) = faults(SHOP, *texts)
    assert (field.partition(" ")[2], reason) == (place, VALUELESS)


def test_a_content_with_members_reads_back_as_itself() -> None:
    rules = ", ".join(
        f"r{number}: {{brand: NORTH, per_unit: {{points: 1}}, when: {{{case[0]}}}}}"
        for number, case in enumerate(MEMBERS)
    )
    content = program_content(program(SHOP + LADDERS, f"earn_rules: {{{rules}}}"))
    assert program_content(read_program(content)) == content


def test_a_changed_choice_is_told_place_by_place() -> None:
    def saying(when: str) -> str:
        return f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, when: {{{when}}}}}}}"

    before = program(SHOP + LADDERS, saying("tier: {prestige: gold}, purchase: {number: 1}"))
    after = program(SHOP + LADDERS, saying("tier: {prestige: [gold, silver]}, purchase: {every: 2}"))
    told = {one.path: (one.before, one.after) for one in differences(program_content(before), program_content(after))}
    assert {path.removeprefix("earn_rules.r.") for path in told} == {
        "selector.member.purchase.every",
        "selector.member.purchase.numbers",
        "selector.member.tiers.prestige",
    }


@pytest.mark.parametrize(
    ("when", "place", "reason"),
    [
        ("tier: {stars: gold}", "tier.stars", "there is no ladder stars"),
        ("tier: {prestige: [gold, bronze]}", "tier.prestige[1]", "ladder prestige has no tier bronze"),
        ("tier: {prestige: []}", "tier.prestige", "should not be empty"),
        ("tier: gold", "tier", "should be a map of keys"),
        (
            "tier: {prestige: [gold, silver]}, from: 2027-01-01",
            "tier.prestige[1]",
            "ladder prestige has no tier silver while the rule is in force",
        ),
        (
            "tier: {prestige: platinum}, until: 2027-01-01",
            "tier.prestige",
            "ladder prestige has no tier platinum while the rule is in force",
        ),
        ("segment: [a b]", "segment[0]", ""),
        ("member_for: {}", "member_for", "should have at_least or below"),
        ("member_for: 365 days", "member_for", "should be a map of keys"),
        ("member_for: {below: 30}", "member_for.below", "should be a number of days such as 30 days, from 1 to 36500"),
        (
            "member_for: {at_least: 36501 days}",
            "member_for.at_least",
            "should be a number of days such as 30 days, from 1 to 36500",
        ),
        (
            "member_for: {at_least: 0 days}",
            "member_for.at_least",
            "should be a number of days such as 30 days, from 1 to 36500",
        ),
        ("member_for: {at_least: 30 days, below: 30 days}", "member_for.below", "must be above `at_least`"),
        ("birthday: year", "birthday", "should be month, day or {before: 7, after: 7}"),
        ("birthday: {}", "birthday", "should be month or day, or have before or after"),
        ("birthday: {before: 181}", "birthday.before", "should be a whole number from 0 to 180"),
        ("birthday: {before: -1}", "birthday.before", "should be a whole number from 0 to 180"),
        ("birthday: {month: 1}", "birthday.month", "is no key here; keys are before, after"),
        ("purchase: {}", "purchase", "should have either number or every"),
        ("purchase: {of: brand}", "purchase", "should have either number or every"),
        ("purchase: {number: 1, every: 2}", "purchase", "should have either number or every"),
        ("purchase: {number: []}", "purchase.number", "should not be empty"),
        ("purchase: {number: 0}", "purchase.number", "should be a whole number from 1 to 1000000"),
        ("purchase: {every: 1}", "purchase.every", "should be a whole number from 2 to 1000"),
        ("purchase: {every: 1001}", "purchase.every", "should be a whole number from 2 to 1000"),
        ("purchase: {number: 1, of: region}", "purchase.of", "should be brand or program"),
        (
            f"purchase: {{number: [{', '.join(map(str, range(1, 102)))}]}}",
            "purchase.number",
            "should have at most 100 entries",
        ),
    ],
)
def test_a_faulty_choice_of_members(when: str, place: str, reason: str) -> None:
    found = faults(SHOP + LADDERS, f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, when: {{{when}}}}}}}")
    assert [field for field, _ in found] == [f"1.yaml:1 earn_rules.r.when.{place}"]
    assert reason in found[0][1]


@pytest.mark.parametrize(
    "when",
    [
        "tier: {prestige: [silver, platinum]}",
        "tier: {prestige: [silver, platinum]}, from: 2026-12-31, until: 2027-01-02",
        "tier: {prestige: silver}, until: 2027-01-01",
        "tier: {prestige: silver}, from: 2026-12-31",
        "tier: {prestige: platinum}, from: 2027-01-01",
        "tier: {prestige: platinum}, until: 2027-01-02",
    ],
)
def test_a_tier_that_is_there_on_some_day_of_the_rule_may_be_named(when: str) -> None:
    program(SHOP + LADDERS, f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, when: {{{when}}}}}}}")


def test_without_ladders_there_are_no_tiers() -> None:
    found = faults(SHOP, "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}, when: {tier: {stars: gold}}}}")
    assert found == [("1.yaml:1 earn_rules.r.when.tier.stars", "there is no ladder stars")]


def test_of_a_ladder_that_cannot_be_read_nothing_is_said() -> None:
    faulty = LADDERS.replace("counts: orders", "counts: smiles")
    found = faults(SHOP + faulty, "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}, when: {tier: {moons: gold}}}}")
    assert all("when" not in field for field, _ in found)
