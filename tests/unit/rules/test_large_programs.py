"""What files say once and a program says again and again is counted before it is made: no program is larger than its
followers can take."""

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.revision import Revision
from rules_service.wire.file_room import LADDER_TOO_LARGE, MOST_BYTES_A_PROGRAM, PROGRAM_TOO_LARGE, Room
from rules_service.wire.programs import revision
from tests.unit.rules.examples import NOON, NOW, PROGRAMS, SHOP, example_files, program, read
from tests.unit.rules.test_rule_faults import faults

PERKS = ", ".join(f"{'p' * 110}{number}" for number in range(70))
TIERS = ", ".join(f"t{number}: {{from: {number}, perks: [{PERKS}]}}" for number in range(1, 51))
LADDER = f"{{name: L, counts: orders, window: lifetime, tiers: {{{TIERS}}}"


def changing(ladder: str, changes: int, differ: str = "brand: NORTH") -> str:
    """The ladder with so many changes, which state no tiers."""
    turns = ", ".join(f"{{from: {1950 + number}-01-01, {differ}}}" for number in range(changes))
    return f"{ladder}, changes: [{turns}]}}"


@pytest.mark.parametrize("differ", ["brand: NORTH", "hold: forever"])
def test_a_ladder_is_too_large_at_the_change_that_says_its_tiers_once_too_often(differ: str) -> None:
    assert faults(SHOP, f"ladders:\n  one: {changing(LADDER, 100, differ)}") == [
        ("1.yaml:2 ladders.one.changes[1]", LADDER_TOO_LARGE)
    ]
    assert program(SHOP, f"ladders: {{one: {changing(LADDER, 1, differ)}}}").ladders[0].versions[1].tiers


def test_ladders_are_too_large_together() -> None:
    ladders = "".join(f"  l{number}: {changing(LADDER, 1)}\n" for number in range(20))
    found = faults(SHOP, *(f"ladders:\n{part}" for part in ladders.splitlines()))
    assert [reason for _, reason in found] == [PROGRAM_TOO_LARGE]


def test_a_rule_for_several_brands_is_counted_for_each() -> None:
    skus = ", ".join(f"{'s' * 100}{number}" for number in range(9_000))
    brands = ", ".join(f"B{number}" for number in range(10_000))
    written = f"earn_rules:\n  r: {{brands: [{brands}], per_unit: {{points: 1}}, when: {{skus: [{skus}]}}}}"
    found = faults(SHOP, written)
    assert [place for place, reason in found if reason == PROGRAM_TOO_LARGE] == ["1.yaml:2 earn_rules.r.brands[10]"]
    assert len(found) < 50


def test_a_limit_is_counted_with_every_rule_it_means() -> None:
    names = [f"B{number:05d}" for number in range(5_000)]
    brands = "brands:\n" + "".join(f"  {name}: {{name: B, entity: north}}\n" for name in names)
    long = "r" * 110
    rules = f"earn_rules:\n  {long}: {{brands: [{', '.join(names)}], per_unit: {{points: 1}}}}"
    caps = "".join(f"  c{number:02d}: {{per: order, points: 1, rules: {long}}}\n" for number in range(16))
    assert faults(SHOP, brands, rules, f"caps:\n{caps}") == [("3.yaml:16 caps.c14.rules", PROGRAM_TOO_LARGE)]


@pytest.mark.parametrize("name", sorted(path.name for path in PROGRAMS.iterdir() if path.is_dir()))
def test_no_message_of_a_revision_is_larger_than_was_counted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = example_files(name)
    told = revision(Revision(name, "rev_" + "x" * 26, 1, NOW, read(name, files)))
    _with_room(monkeypatch, told.program.ByteSize() - 1)
    with pytest.raises(Refusal) as refused:
        read(name, files)
    assert [one.description for one in refused.value.violations] == [PROGRAM_TOO_LARGE]


def test_bare_rules_for_many_brands_come_to_no_more_than_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what is not written is most of it."""
    names = [f"B{number}" for number in range(500)]
    brands = "".join(f"  {name}: {{name: B, entity: {'e' * 128}, liability: 1 USD}}\n" for name in names)
    shop = f"program: {{id: t, name: T}}\nentities: {{{'e' * 128}: {{name: E}}}}\nbrands:\n{brands}"
    files = [
        ProgramFile("shop.yaml", shop),
        ProgramFile("rules.yaml", f"earn_rules: {{r: {{brands: [{', '.join(names)}], per_unit: {{points: 1}}}}}}"),
        ProgramFile(
            "ladders.yaml",
            "ladders: {l: {name: L, counts: orders, window: lifetime, tiers: {"
            + ", ".join(f"{'t' * 100}{number}: {{from: {number}, multiplier: 1.5}}" for number in range(1, 51))
            + f"}}, brand: B1, changes: [{', '.join(f'{{from: {1950 + number}-01-01}}' for number in range(60))}]}}}}",
        ),
    ]
    told = revision(Revision("t", "rev_" + "x" * 26, 1, NOON, read("t", files)))
    _with_room(monkeypatch, told.program.ByteSize() - 1)
    with pytest.raises(Refusal):
        read("t", files)


def _with_room(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    assert size < MOST_BYTES_A_PROGRAM
    monkeypatch.setattr(Room.__init__, "__defaults__", (size,))
