"""What was booked for points spent in a period, priced again by the agreements of its time."""

from settlement_service.domain.books import Vector
from settlement_service.domain.price_check import PriceCheck
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import Outcome
from settlement_service.use_cases.reconciliation_ports import BookedLines, Revisions


class RevisionFacts:
    """The revision that decided a movement: the live one from memory, others from the rules service, once each. One
    that nobody knows any more is stood in for by the live one."""

    def __init__(self, programs: ProgramDirectory, revisions: Revisions, program: str) -> None:
        self._live = programs.facts(program)
        self._revisions = revisions
        self._known: dict[str, ProgramFacts] = {self._live.revision: self._live, "": self._live}

    async def __call__(self, revision: str) -> ProgramFacts:
        """The revision."""
        facts = self._known.get(revision)
        if facts is None:
            facts = await self._revisions.facts(self._live.program, revision) or self._live
            self._known[revision] = facts
        return facts


class RunPrices:
    """Every redeemed movement of a period."""

    def __init__(self, programs: ProgramDirectory, revisions: Revisions, lines: BookedLines) -> None:
        self._programs = programs
        self._revisions = revisions
        self._lines = lines

    async def __call__(self, program: str, sequence: int, up_to: Vector) -> Outcome:
        """What differs among the movements of the period. Payments of debt carry a share of the price of what they
        pay, and what is given back the cents that were paid: neither is priced."""
        facts = RevisionFacts(self._programs, self._revisions, program)
        check = PriceCheck()
        async for line in self._lines.of_period(program, sequence, ("REDEEMED",)):
            if not line.repays:
                check.take(line, await facts(line.revision))
        return Outcome(up_to, check.checked, check.differences())
