"""Staging balances of an existing program: every line is resolved, converted and checked; no point comes to be."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.values.refusal import Refusal
from ledger_service.domain import import_refusals, refusals
from ledger_service.domain.balance_import import (
    BalanceImport,
    Fault,
    Header,
    ImportState,
    Line,
    LineKind,
    PointsAsked,
    StagedLine,
    TierAsked,
    converted,
)
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.use_cases.import_ports import BalanceImports, HashedLine
from ledger_service.use_cases.ports import Clock, MemberRef, Members, ProgramFacts, Programs

LINES_AT_ONCE = 500
POS_KIND = 6
"""The kind of identifier, by the contract's number, that an old program's own number is."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The import after an upload, and how many of its lines were staged before."""

    found: BalanceImport
    repeated: int


class ImportBalances:
    """Idempotent by import and line."""

    def __init__(
        self, programs: Programs, members: Members, imports: BalanceImports, fingerprints: Fingerprints, clock: Clock
    ) -> None:
        self._programs = programs
        self._members = members
        self._imports = imports
        self._fingerprints = fingerprints
        self._clock = clock

    async def __call__(self, header: Header, lines: AsyncIterator[Line]) -> Uploaded:
        """Stages what is new. Raises PROGRAM_NOT_FOUND, BRAND_NOT_FOUND, ENTITY_NOT_FOUND, IMPORT_CONFLICT,
        IMPORT_STATE, IMPORT_LINE_CHANGED or IMPORT_OUT_OF_ORDER; what was staged before that stays."""
        facts = self._programs.facts(header.program)
        check_terms(facts, header)
        if await self._imports.begin(header, self._clock.now()) != header:
            raise import_refusals.import_conflict(header.import_id)
        portion: list[Line] = []
        repeated = last = 0
        async for line in lines:
            if line.number <= last:
                await self._stage(facts, header, portion)
                raise import_refusals.import_out_of_order(f"line {line.number} comes after line {last}")
            last = line.number
            portion.append(line)
            if len(portion) == LINES_AT_ONCE:
                repeated += await self._stage(facts, header, portion)
                portion = []
        repeated += await self._stage(facts, header, portion)
        found = await self._imports.find(header.program, header.import_id)
        assert found is not None, "an import is never deleted"
        return Uploaded(found, repeated)

    async def _stage(self, facts: ProgramFacts, header: Header, portion: Sequence[Line]) -> int:
        """Stages a portion; how many of it were staged before."""
        if not portion:
            return 0
        hashes = [self._fingerprints.request(header.program, "", "", line.content).fingerprint for line in portion]
        known = await self._imports.known(header.program, header.import_id, [line.number for line in portion])
        now = self._clock.now()
        taken = await asyncio.gather(*(self._taken(facts, header, line, now, line.number in known) for line in portion))
        hashed = [HashedLine(line, content) for line, content in zip(taken, hashes, strict=True)]
        staged = await self._imports.stage(header, hashed)
        if staged.conflict:
            raise import_refusals.import_line_changed(staged.conflict)
        if staged.state is not ImportState.STAGED:
            raise import_refusals.import_state(staged.state.value)
        return staged.repeated

    async def _taken(self, facts: ProgramFacts, header: Header, line: Line, now: datetime, known: bool) -> StagedLine:
        """What a line comes to. One that is staged already is not looked at again."""
        if line.asked is None or known:
            return refused(line.number, Fault.MALFORMED, field=line.field)
        home = await self._home(header, line.asked.external_id)
        if home is None:
            return refused(line.number, Fault.MEMBER_NOT_FOUND)
        if isinstance(line.asked, TierAsked):
            return tier_line(facts, line.number, line.asked, home, now)
        return points_line(facts, header, line.number, line.asked, home, now)

    async def _home(self, header: Header, external_id: str) -> str | None:
        """The member that the old program's number points to; None: nobody."""
        reference = MemberRef(kind=POS_KIND, value=f"{header.source}:{external_id}")
        try:
            return (await self._members.resolve(header.program, reference)).member_id
        except Refusal as refusal:
            if refusal.transient:
                raise
            return None


def check_terms(facts: ProgramFacts, header: Header) -> None:
    """The brands and entities that a header names must be the program's: BRAND_NOT_FOUND, ENTITY_NOT_FOUND."""
    for terms in header.brands:
        brand = facts.brands.get(terms.brand)
        if brand is None:
            raise refusals.brand_not_found(header.program, terms.brand)
        if terms.currency not in brand.liability if terms.currency else len(brand.liability) != 1:
            raise refusals.brand_not_found(header.program, terms.brand, terms.currency, tuple(brand.liability))
        for funder in terms.funders:
            if funder.entity not in facts.entities:
                raise refusals.entity_not_found(header.program, funder.entity)


def refused(number: int, fault: Fault, *, field: str = "", home: str = "") -> StagedLine:
    """A line that nothing comes of."""
    return StagedLine(number, LineKind.REFUSED, fault, field, home)


def points_line(
    facts: ProgramFacts, header: Header, number: int, asked: PointsAsked, home: str, now: datetime
) -> StagedLine:
    """Points of a known person. A sandbox with a clock of its own may be given what has expired by ours."""
    terms = header.terms(asked.brand)
    if terms is None:
        return refused(number, Fault.BRAND_NOT_FOUND, home=home)
    if asked.expire_time is not None and asked.expire_time <= now and not facts.replay_clock:
        return refused(number, Fault.EXPIRED, home=home)
    amounts = converted(asked.points, terms)
    if amounts is None:
        return refused(number, Fault.TOO_MANY_POINTS, home=home)
    return StagedLine(
        number=number,
        kind=LineKind.POINTS,
        home=home,
        brand=terms.brand,
        old_points=asked.points,
        new_points=amounts[0],
        remainder=amounts[1],
        earn_time=asked.earn_time,
        available_time=asked.available_time,
        expire_time=asked.expire_time,
    )


def tier_line(facts: ProgramFacts, number: int, asked: TierAsked, home: str, now: datetime) -> StagedLine:
    """A tier of a known person."""
    ladder = next((one for one in facts.ladders if one.ladder_id == asked.ladder_id), None)
    version = ladder.at(now.date()) if ladder else None
    if version is None or version.tier(asked.tier_id) is None:
        return refused(number, Fault.LADDER_NOT_FOUND, home=home)
    if asked.until is not None and asked.until <= now.date():
        return refused(number, Fault.TIER_ENDED, home=home)
    return StagedLine(
        number=number,
        kind=LineKind.TIER,
        home=home,
        ladder_id=asked.ladder_id,
        tier_id=asked.tier_id,
        until=asked.until,
    )
