"""Letting imported points come to be: each line is a command of its own under a request id made from import and line,
so a repeat after a crash anywhere finds what was done (docs/adr/0061)."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from chassis.values.refusal import Refusal
from ledger_service.domain import import_refusals
from ledger_service.domain.accrual import FULL_SHARE, Funder, moment
from ledger_service.domain.answers import ImportAnswer
from ledger_service.domain.balance_import import BalanceImport, Header, ImportState, LineKind, Lot, StagedLine, Totals
from ledger_service.domain.commands import Command, ImportPoints, Origin, SetTier
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.import_ports import BalanceImports, Done
from ledger_service.use_cases.office_names import Name, Names, name_of
from ledger_service.use_cases.ports import Clock, Lanes, MemberRef, Members, Outcome, ProgramFacts, Programs

CALLER = "loyalty.ledger/imports"
"""Who asks for a line's points: always the ledger itself, so that all who try it share one request."""
LINES_AT_ONCE = 1_000
AT_WORK = timedelta(seconds=3)
"""How long a call works before it tells how far it has come."""
TIER_REASON = "imported"


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """Commit an import that comes to these totals; `signed_by` answers for it."""

    program: str
    request_id: str
    import_id: str
    totals: Totals
    signed_by: str

    @property
    def intent(self) -> Plain:
        """What is asked for, for fingerprints."""
        return ["commit import", self.import_id, dict(self.totals.told()), self.signed_by]


class CommitBalanceImport:
    """Idempotent and resumable; call again until it is committed."""

    def __init__(
        self,
        admission: Admission,
        names: Names,
        programs: Programs,
        members: Members,
        lanes: Lanes,
        imports: BalanceImports,
        clock: Clock,
    ) -> None:
        self._admission = admission
        self._names = names
        self._programs = programs
        self._members = members
        self._lanes = lanes
        self._imports = imports
        self._clock = clock

    async def __call__(self, caller: str, request: CommitRequest) -> BalanceImport:
        """The import as far as it has come."""
        facts = self._programs.facts(request.program)
        found = await self._found(request)
        name = name_of(self._admission, Asked(request.program, caller, request.request_id, request.intent))
        if not await self._names.kept(name):
            found = await self._begun(found, request, name)
        if found.state is ImportState.COMMITTING:
            await self._carry_on(facts, found)
        return await self._found(request)

    async def _begun(self, found: BalanceImport, request: CommitRequest, name: Name) -> BalanceImport:
        """The import with its commit begun, or refused without a trace."""
        if found.header.dry_run:
            raise import_refusals.import_is_dry_run(request.import_id)
        _require_totals(found, request)
        if found.state is ImportState.STAGED:
            await self._imports.move(found, ImportState.COMMITTING, name, request.signed_by, self._clock.now())
            found = await self._found(request)
            # Of what is staged no more than was compared is committed.
            _require_totals(found, request)
        if found.state not in (ImportState.COMMITTING, ImportState.COMMITTED):
            raise import_refusals.import_state(found.state.value)
        await self._names.keep(name)
        return found

    async def go_on(self, program: str, import_id: str) -> None:
        """Carries on with a commit that nobody calls for any more, as it was signed."""
        facts, found = self._programs.facts(program), await self._imports.find(program, import_id)
        if found is not None and found.state is ImportState.COMMITTING:
            await self._carry_on(facts, found)

    async def _found(self, request: CommitRequest) -> BalanceImport:
        found = await self._imports.find(request.program, request.import_id)
        if found is None:
            raise import_refusals.import_not_found(request.program, request.import_id)
        return found

    async def _carry_on(self, facts: ProgramFacts, found: BalanceImport) -> None:
        """Bears portion after portion until nothing is left or time is over."""
        until, done_line = self._clock.now() + AT_WORK, found.done_line
        while self._clock.now() < until:
            lines = await self._imports.next_lines(found.header, done_line, LINES_AT_ONCE)
            if not lines:
                await self._imports.move(found, ImportState.COMMITTED)
                return
            done = await asyncio.gather(*(self._line(facts, found, line) for line in lines), return_exceptions=True)
            # Every line of the portion has come to an end before any failure is told: nothing runs on unseen.
            for outcome in done:
                if isinstance(outcome, BaseException):
                    raise outcome
            done_line = lines[-1].number
            kept = [one for one in done if isinstance(one, Done)]
            await self._imports.done(found.header, ImportState.COMMITTING, done_line, kept)

    async def _line(self, facts: ProgramFacts, found: BalanceImport, line: StagedLine) -> Done:
        """Bears the points of a line, or finds them born. What is refused for good is told in the report, and the
        import then does not come to its control totals."""
        asked = Asked(facts.program, CALLER, f"{found.header.import_id}:{line.number}", line_intent(found.header, line))
        try:
            outcome = await self._outcome(facts, found, line, asked)
        except Refusal as refusal:
            if refusal.transient:
                raise
            return Done(line.number, refusal=refusal.reason)
        answer = outcome.answer
        return Done(line.number, answer.accrual_id if isinstance(answer, ImportAnswer) else "")

    async def _outcome(self, facts: ProgramFacts, found: BalanceImport, line: StagedLine, asked: Asked) -> Outcome:
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        assert found.commit_time is not None, "the import is being committed"
        resolution = await self._members.resolve(facts.program, MemberRef(member_id=line.home))
        # A sandbox with a clock of its own goes by what it is told: its time must not jump to ours.
        when = line.earn_time if facts.replay_clock and line.earn_time else found.commit_time
        origin = self._admission.origin(asked, key, facts, resolution, nowhere(facts.revision), when)
        return await self._lanes.submit(self._command(facts, found, line, origin))

    def _command(self, facts: ProgramFacts, found: BalanceImport, line: StagedLine, origin: Origin) -> Command:
        if line.kind is LineKind.TIER:
            return SetTier(
                origin,
                made_id("tir", facts.program, CALLER, origin.request_id),
                line.ladder_id,
                line.tier_id,
                self._today(origin),
                line.until,
                TIER_REASON,
                found.signed_by,
                CALLER,
            )
        return ImportPoints(origin, lot_of(facts, found.header, line))

    def _today(self, origin: Origin) -> date:
        """The day a tier begins: today by the program's clock, at least."""
        return max(origin.occur_time, self._clock.now()).date()


def _require_totals(found: BalanceImport, request: CommitRequest) -> None:
    if found.totals != request.totals:
        raise import_refusals.control_totals_differ(request.totals.told(), found.totals.told())


def line_intent(header: Header, line: StagedLine) -> Plain:
    """What a line asks for, for fingerprints."""
    return [
        "import",
        [header.import_id, line.number, line.home],
        [line.brand, line.new_points],
        [moment(line.earn_time), moment(line.available_time), moment(line.expire_time)],
        [line.ladder_id, line.tier_id],
    ]


def lot_of(facts: ProgramFacts, header: Header, line: StagedLine) -> Lot:
    """The points of a line with the facts that are frozen on them."""
    terms = header.terms(line.brand)
    assert terms is not None, "the line was taken"
    assert line.earn_time is not None, "points have one"
    brand = facts.brands[terms.brand]
    currency = terms.currency or min(brand.liability)
    return Lot(
        import_id=header.import_id,
        line_number=line.number,
        brand=terms.brand,
        issuer=brand.entity,
        funders=terms.funders or (Funder(brand.entity, FULL_SHARE),),
        liability=brand.liability[currency],
        points=line.new_points,
        earn_time=line.earn_time,
        available_time=line.available_time,
        expire_time=line.expire_time,
    )
