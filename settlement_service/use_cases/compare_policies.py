"""A period under each settlement policy."""

from chassis.values.rounding import Ratio
from settlement_service.domain import refusals
from settlement_service.domain.policy_comparison import PolicyComparison
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.reconciliation_ports import BookedLines, Reconciliations, Recounts, Revisions
from settlement_service.use_cases.run_prices import RevisionFacts


class CompareSettlementPolicies:
    """Re-runs the movements of a period. Reads them all; books nothing."""

    def __init__(
        self,
        programs: ProgramDirectory,
        periods: PeriodNames,
        recounts: Recounts,
        lines: BookedLines,
        revisions: Revisions,
        kept: Reconciliations,
    ) -> None:
        self._programs = programs
        self._periods = periods
        self._recounts = recounts
        self._lines = lines
        self._revisions = revisions
        self._kept = kept

    async def __call__(
        self, program: str, period: str, share: Ratio | None, reserve: str
    ) -> tuple[PolicyComparison, Ratio | None]:
        """The comparison, not finished, and the share of face in its voucher. `period` empty: the open one. Refuses
        PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND, ENTITY_UNKNOWN."""
        facts = self._programs.facts(program)
        if reserve and reserve not in facts.entities:
            raise refusals.entity_unknown(program, reserve)
        if period:
            sequence, _ = await self._recounts.cut_of(program, period)
        else:
            sequence = await self._periods.open(program)
        holder = reserve or facts.settlement.reserve_entity or min(facts.entities, default="")
        share = share or facts.settlement.voucher_share_of_face
        comparison = PolicyComparison(holder, share.fraction() if share else None)
        decided_by = RevisionFacts(self._programs, self._revisions, program)
        async for line in self._lines.of_period(program, sequence, None):
            comparison.take(line, await decided_by(line.revision))
        comparison.add_vouchers(await self._kept.month_end_vouchers(program, sequence))
        return comparison, share
