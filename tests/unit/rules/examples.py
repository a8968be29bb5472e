"""Programs from text, orders from a few words: what the tests of rules are written with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

from rules_service.conditions.cel import CelConditions
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.content import program_content, revision_id
from rules_service.domain.member_facts import MemberFacts
from rules_service.domain.order import Measure, Order, OrderLine, Payment
from rules_service.domain.program import Program
from rules_service.domain.program_file import ProgramFile
from rules_service.wire.files import read_program

CONDITIONS = CelConditions()

PROGRAMS = Path(__file__).parents[3] / "deploy" / "local" / "programs"

NOON = datetime(2024, 7, 6, 16, 0, tzinfo=UTC)
"""12:00 in New York."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When programs are read, unless a test says otherwise."""

SHOP = """
program: {id: t, name: Test, sandbox: true}
entities: {north: {name: North Inc.}, peak: {name: Peak Inc.}}
brands:
  NORTH: {name: North, entity: north, liability: 0.008 USD}
  PEAK: {name: Peak, entity: peak, liability: 0.01 USD}
locations:
  mall: {name: Mall, operator: north, region: east, brands: [NORTH, PEAK], currency: USD, time_zone: America/New_York}
  pier: {name: Pier, operator: peak, brands: [PEAK], currency: USD, time_zone: America/New_York}
"""
"""Two brands, two locations, no rules."""


def read(program_id: str, files: Sequence[ProgramFile], now: datetime = NOW) -> Program:
    """The program of the files, or PROGRAM_INVALID."""
    return read_program(program_id, files, CONDITIONS, now)


def program(*texts: str) -> Program:
    """The program `t` of the texts, one file each; the first default is SHOP."""
    files = [ProgramFile(f"{number}.yaml", dedent(text)) for number, text in enumerate(texts)]
    return read("t", files)


def with_rules(rules: str, base: str = SHOP) -> CompiledProgram:
    """SHOP with these earn rules, compiled."""
    return compiled(program(base, rules))


def compiled(value: Program) -> CompiledProgram:
    """The program under its own revision id."""
    return compile_program(revision_id(program_content(value)), value, CONDITIONS)


def example_files(name: str) -> list[ProgramFile]:
    """The files of an example program."""
    folder = PROGRAMS / name
    return [ProgramFile(str(path.relative_to(folder)), path.read_text()) for path in sorted(folder.rglob("*.yaml"))]


def example(name: str) -> CompiledProgram:
    """An example program, compiled."""
    return compiled(read(name, example_files(name)))


def line(number: int, brand: str, net: int, **fields: Any) -> OrderLine:
    """One line; by default one piece, net paid in full."""
    measure = fields.get("measure")
    return OrderLine(
        line_number=number,
        brand_id=brand,
        sku=fields.get("sku", ""),
        category_ids=tuple(fields.get("categories", ())),
        quantity=fields.get("quantity", 1),
        measure=Measure(*measure) if measure else None,
        net_minor_units=net,
        paid_minor_units=fields.get("paid"),
        discount_line=fields.get("discount", False),
        attributes=tuple(sorted(fields.get("attributes", {}).items())),
    )


def order(*lines: OrderLine, **fields: Any) -> Order:
    """An order at the mall, in dollars, at noon."""
    return Order(
        location_id=fields.get("location", "mall"),
        channel=fields.get("channel", ""),
        occur_time=fields.get("time", NOON),
        currency_code=fields.get("currency", "USD"),
        lines=lines,
        payments=tuple(Payment(means, paid) for means, paid in fields.get("payments", {}).items()),
        member=fields.get("member"),
    )


def member(**fields: Any) -> MemberFacts:
    """A member without tiers, purchases and anything known, but for what is said: `tiers={"stars": "gold"}`."""
    return MemberFacts(**{"tiers": {}, **fields})
