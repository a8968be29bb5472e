"""Program files → a program. Every fault of every file is found at once and names file, line and reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rules_service.domain.check import program_faults
from rules_service.domain.check_gaps import gap_faults, settlement_rate_faults
from rules_service.domain.condition import Conditions
from rules_service.domain.fault import Fault, Path
from rules_service.domain.program import ExpiryMode, Program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.refusals import program_invalid
from rules_service.domain.settlement import NOTHING_SAID, Settlement
from rules_service.use_cases.ports import Clock
from rules_service.wire import file_build
from rules_service.wire.file_entities import EntitySection, entity
from rules_service.wire.file_exchange_rates import ExchangeRateSection, exchange_rate
from rules_service.wire.file_expansion import read_rules
from rules_service.wire.file_faults import reason_of
from rules_service.wire.file_known import known_ids
from rules_service.wire.file_ladder_build import read_ladders
from rules_service.wire.file_ladders import LadderSection
from rules_service.wire.file_limits import BudgetSection, CapSection, read_limits
from rules_service.wire.file_models import (
    AgreementSection,
    BrandSection,
    CategorySection,
    LocationSection,
    ProgramSection,
    StackingSection,
)
from rules_service.wire.file_policies import policies
from rules_service.wire.file_room import NOUN, node_size
from rules_service.wire.file_rules import EarnRuleSection
from rules_service.wire.file_settlement import SettlementSection, settlement
from rules_service.wire.file_sources import PROGRAM, SETTLEMENT, FileFault, Sources, merged, plain
from rules_service.wire.yaml_tree import Node, valueless

MOST_FAULTS = 500
"""So many faults are listed; beyond that their number is told."""
MOST_FOUND = 10_000
"""So many are looked for at most, and told as their number."""
MULTIPLIED = frozenset({"earn_rules", "ladders"})
"""Sections whose nouns hold for several brands, or from several days on."""

SectionT = TypeVar("SectionT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ProgramFiles:
    """Reads programs from files as of the time it is asked."""

    conditions: Conditions
    clock: Clock

    def __call__(self, program_id: str, files: Sequence[ProgramFile]) -> Program:
        """As `read_program`."""
        return read_program(program_id, files, self.conditions, self.clock.now())


def read_program(program_id: str, files: Sequence[ProgramFile], conditions: Conditions, now: datetime) -> Program:
    """The program the files describe, or PROGRAM_INVALID with one violation per fault (`file:line place`).

    `now` decides which gaps between agreements still matter.
    """
    sources = merged(files)
    faults = list(sources.faults)
    program = _program(program_id, sources, faults)
    del faults[MOST_FOUND:]
    between: Iterator[Fault] = program_faults(program, known_ids(sources, program), conditions)
    if not faults:
        # Else the agreement that seems to be missing may be the one that could not be read.
        between = chain(between, gap_faults(program, now), settlement_rate_faults(program, now))
    faults += (sources.fault(fault.path, fault.reason) for fault in islice(between, max(0, MOST_FOUND - len(faults))))
    if faults:
        in_order = sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line))
        raise program_invalid(program_id, [fault.violation() for fault in in_order[:MOST_FAULTS]], len(in_order))
    return program


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the sections of merged files and notes what is wrong with them."""

    sources: Sources
    faults: list[FileFault]

    def nouns(self, section: str, shape: type[SectionT]) -> Mapping[str, SectionT]:
        """The well-formed nouns of a section, by id; none after the most faults there may be."""
        read: dict[str, SectionT] = {}
        for noun_id, entry in self.sources.nouns[section].items():
            path: Path = (section, noun_id)
            if len(self.faults) >= MOST_FOUND:
                break
            # What holds several times is counted where that is worked out.
            if section not in MULTIPLIED:
                self.sources.fits(path, NOUN + len(noun_id) + node_size(entry.node), self.faults)
            if (noun := self.noun(path, entry.node, shape)) is not None:
                read[noun_id] = noun
        return read

    def noun(self, path: Path, node: Node, shape: type[SectionT]) -> SectionT | None:
        """One noun, or None if something is wrong with it."""
        noun, found = None, list[tuple[Path, str]]()
        try:
            noun = shape.model_validate(plain(node))
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
            found = [(fault["loc"], reason_of(fault, shape)) for fault in errors]
        found += [(place, "has no value; leave the key out") for place in _silent(node, [place for place, _ in found])]
        self.faults.extend(self.sources.fault((*path, *place), reason) for place, reason in found)
        del self.faults[MOST_FOUND:]
        return noun if not found else None


def _silent(node: Node, wrong: Iterable[Path]) -> Iterator[Path]:
    """Keys without a value, which would else mean a default. Where something is wrong in or around one already, that
    says more."""
    around = set(wrong)
    inside = {place[:steps] for place in around for steps in range(len(place) + 1)}
    for place in valueless(node):
        if place not in inside and around.isdisjoint(place[:steps] for steps in range(len(place))):
            yield place


def _program(program_id: str, sources: Sources, faults: list[FileFault]) -> Program:
    """The program as far as it can be read."""
    reader = _Reader(sources, faults)
    header = _header(program_id, reader)
    brands = reader.nouns("brands", BrandSection)
    entity_of = partial(_entity_of, brands, sources)
    rules = tuple(
        file_build.earn_rule(rule_id, brand_id, section, entity_of(brand_id), header)
        for rule_id, brand_id, section in read_rules(
            reader.nouns("earn_rules", EarnRuleSection), entity_of, sources, faults
        )
    )
    caps, budgets = reader.nouns("caps", CapSection), reader.nouns("budgets", BudgetSection)
    return Program(
        program_id=program_id,
        name=header.name,
        point_name=header.point_name,
        sandbox=header.sandbox,
        replay_clock=header.replay_clock,
        late_upload_days=header.late_upload_days,
        expiry_mode=header.expiry_mode,
        policies=policies(header),
        entities=_built(reader, "entities", EntitySection, entity),
        brands=tuple(file_build.brand(key, noun, header) for key, noun in brands.items()),
        locations=_built(reader, "locations", LocationSection, file_build.location),
        categories=_built(reader, "categories", CategorySection, file_build.category),
        stacking_groups=_built(reader, "stacking", StackingSection, file_build.stacking_group),
        earn_rules=rules,
        limits=tuple(read_limits(caps, budgets, sources, faults)),
        ladders=tuple(read_ladders(reader.nouns("ladders", LadderSection), sources, faults)),
        exchange_rates=_built(reader, "exchange_rates", ExchangeRateSection, exchange_rate),
        agreements=_built(
            reader, "agreements", AgreementSection, lambda key, noun: file_build.agreement(key, noun, header)
        ),
        settlement=_settlement(reader, header),
    )


def _built(
    reader: _Reader, section: str, shape: type[SectionT], build: Callable[[str, SectionT], Any]
) -> tuple[Any, ...]:
    return tuple(build(noun_id, noun) for noun_id, noun in reader.nouns(section, shape).items())


def _entity_of(brands: Mapping[str, BrandSection], sources: Sources, brand_id: str) -> str:
    """The brand's entity; empty if either is unknown, which is a fault of the brand and not of its rules."""
    entity_id = brands[brand_id].entity if brand_id in brands else ""
    return entity_id if entity_id in sources.nouns["entities"] else ""


def _settlement(reader: _Reader, header: ProgramSection) -> Settlement:
    """What the settlement section says, if there is one; its periods follow the program's calendar."""
    entry = reader.sources.once.get(SETTLEMENT)
    if entry is None:
        return NOTHING_SAID
    reader.sources.fits((SETTLEMENT,), NOUN + node_size(entry.node), reader.faults)
    section = reader.noun((SETTLEMENT,), entry.node, SettlementSection)
    return settlement(section, header.time_zone) if section is not None else NOTHING_SAID


def _header(program_id: str, reader: _Reader) -> ProgramSection:
    """The program section; a stand-in if it is missing or faulty, so that the rest can still be judged."""
    entry = reader.sources.once.get(PROGRAM)
    header = None
    if entry is not None:
        header = reader.noun((PROGRAM,), entry.node, ProgramSection)
    elif reader.sources.complete:
        reader.faults.append(FileFault(reader.sources.first_file, 1, (PROGRAM,), "no file has a program section"))
    if header is None:
        # Brand-tiered: without the program's own expiry nothing can be said about differing ones.
        return ProgramSection(id=program_id, name="unread", expiry_mode=ExpiryMode.BRAND_TIERED)
    if header.id != program_id:
        reason = f"the files describe program {header.id}, the call names {program_id}"
        reader.faults.append(reader.sources.fault((PROGRAM, "id"), reason))
    return header
