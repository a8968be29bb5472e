"""Files that are made to break a reader: each is refused with a place, and quickly."""

import time

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.program_file import ProgramFile
from rules_service.wire.file_sources import MOST_BYTES
from rules_service.wire.files import MOST_FOUND
from tests.unit.rules.examples import SHOP, read

MOST_SECONDS = 20.0
"""Generous: each takes well under a second on an idle machine."""

SKUS = "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}, when: {skus: ["


def filled(piece: str, head: str = "", tail: str = "") -> str:
    """A file as large as may be, of so many pieces."""
    return head + piece * ((MOST_BYTES - len(head) - len(tail)) // len(piece)) + tail


HOSTILE = {
    "many values in a list": filled("a,", "a: [", "a]"),
    "many maps in a list": filled("{},", "a: [", "{}]"),
    "many ids": filled("a,", SKUS, "a]}}}"),
    "many faulty ids": filled("$,", SKUS, "$]}}}"),
    "many rules": "earn_rules:\n" + "".join(f" r{number}: {{a: 1}}\n" for number in range(60_000)),
    "one key again and again": filled(" r: 1\n", "earn_rules:\n"),
    "many unknown keys": "program: {" + ", ".join(f"k{number}: 1" for number in range(80_000)) + "}",
    "many sections": "\n".join(f"k{number}: 1" for number in range(80_000)),
    "one long line": filled("x", "a: "),
    "one long key": filled("x", "", ": 1"),
    "one long number": filled("9", "earn_rules: {r: {brand: NORTH, per_unit: {points: ", "}}}"),
    "one long sentence": filled("x", "entities: {e: {name: ", "}}"),
    "deep lists": filled("["),
    "deep blocks": filled("- "),
    "deep maps": filled("{a: "),
    "deep keys": filled("? "),
    "aliases that double": "a: &a [x]\n" + "".join(
        f"b{number}: &b{number} [*{'a' if number == 0 else f'b{number - 1}'}, *a]\n" for number in range(60)
    ),
    "an alias of itself": "a: &a [*a]",
    "merge keys": filled("<<: *a\n", "a: &a {b: 1}\n"),
    "colons": filled(":"),
    "quotes": filled('"'),
    "tabs": filled("\t"),
    "tags": filled("!!a "),
    "directives": filled("%A\n"),
    "documents": filled("---\n"),
    "a null byte": "a: \x00",
    "a chain of categories": "categories:\n"
    + "".join(f" c{number}: {{name: C, parent: c{number + 1}}}\n" for number in range(19_000)),
    "a ring of categories": "categories:\n"
    + "".join(f" c{number}: {{name: C, parent: c{(number + 1) % 19_000}}}\n" for number in range(19_000)),
    "agreements at once": "agreements:\n" + "".join(f" a{number}: {{share_of_face: 1}}\n" for number in range(19_000)),
    "limits of one rule for many brands": "earn_rules: {r: {per_unit: {points: 1}, brands: ["
    + ",".join(f"B{number}" for number in range(10_000))
    + "]}}\ncaps:\n"
    + "".join(f" c{number}: {{rules: r, per: order, money: 1 USD}}\n" for number in range(16_000)),
    "limits of one offer": "earn_rules: {r: {per_unit: {points: 1}, offer: o, brands: ["
    + ",".join(f"B{number}" for number in range(10_000))
    + "]}}\nbudgets:\n"
    + "".join(f" b{number}: {{offer: o, points: 1}}\n" for number in range(16_000)),
    "changes of ladders with many tiers": "ladders:\n"
    + "".join(
        f" l{number}: {{name: L, counts: orders, window: lifetime, tiers: {{"
        + ", ".join(f"t{tier}: {{from: {tier + 1}}}" for tier in range(50))
        + "}, changes: [" + ", ".join(f"{{from: {2_000 + year}-01-01}}" for year in range(100)) + "]}\n"
        for number in range(200)
    ),
    "rates at once": "exchange_rates:\n"
    + "".join(f" r{number}: {{amount: 1 USD, worth: 1 EUR}}\n" for number in range(18_000)),
    "parts of a bundle": "earn_rules: {r: {brand: NORTH, bundle: {points: 1, parts: ["
    + "{skus: a}," * 19_000
    + "]}}}",
    "a condition that explodes": "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}, condition: "
    + "(" * 1_990
    + "}}",
    "many conditions": "earn_rules:\n"
    + "".join(f" r{n}: {{brand: NORTH, per_unit: {{points: 1}}, condition: 'x{n} > {n}'}}\n" for n in range(2_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_place_and_quickly(name: str) -> None:
    began = time.process_time()
    with pytest.raises(Refusal) as raised:
        read("t", [ProgramFile("shop.yaml", SHOP), ProgramFile("hostile.yaml", HOSTILE[name])])
    assert time.process_time() - began < MOST_SECONDS
    assert raised.value.reason == "PROGRAM_INVALID"
    assert all(violation.field.startswith("hostile.yaml:") for violation in raised.value.violations)
    assert 1 <= int(raised.value.metadata["faults"]) <= MOST_FOUND


def test_many_files_of_faults_are_cut() -> None:
    text = "\n".join(f"k{number}: 1" for number in range(1_000))
    with pytest.raises(Refusal) as raised:
        read("t", [ProgramFile(f"{number}.yaml", text) for number in range(40)])
    assert len(raised.value.violations) == 500


@pytest.mark.parametrize("escape", ["\\0", "\\t", "\\n", "\\x7f", "\\u2028", "\\u202e", "\\u2066"])
@pytest.mark.parametrize(
    "file",
    [
        'entities: {e: {name: "a§b"}}',
        'ladders: {s: {name: "a§b", counts: orders, window: lifetime, tiers: {t: {from: 1}}}}',
        'ladders: {s: {name: S, counts: orders, window: lifetime, tiers: {t: {name: "a§b", from: 1}}}}',
        'earn_rules: {r: {brand: NORTH, per_unit: {points: 1}, description: "a§b"}}',
    ],
    ids=["an entity", "a ladder", "a tier", "a rule"],
)
def test_a_name_is_one_line_that_reads_the_same_everywhere(file: str, escape: str) -> None:
    read("t", [ProgramFile("shop.yaml", SHOP), ProgramFile("named.yaml", file.replace("§", ""))])
    with pytest.raises(Refusal) as raised:
        read("t", [ProgramFile("shop.yaml", SHOP), ProgramFile("named.yaml", file.replace("§", escape))])
    assert [violation.description.partition(",")[0] for violation in raised.value.violations] == [
        "should be a text of one line"
    ]
