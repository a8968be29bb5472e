"""What is to be looked at before a period is signed off."""

from collections.abc import Sequence
from dataclasses import replace

from settlement_service.domain.checklist import Item, checklist_of
from settlement_service.domain.month_end import month_end_entries
from settlement_service.domain.periods import Period
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import LedgerPeriods, Periods
from settlement_service.use_cases.read_periods import ReadPeriods


class GetCloseChecklist:
    """Draws up a checklist, or tells the one that was signed."""

    def __init__(
        self, programs: ProgramDirectory, periods: Periods, read_periods: ReadPeriods, ledger: LedgerPeriods
    ) -> None:
        self._programs = programs
        self._periods = periods
        self._read_periods = read_periods
        self._ledger = ledger

    async def __call__(self, program: str, name: str) -> tuple[Period, Sequence[Item]]:
        """The period and its items. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND."""
        facts = self._programs.facts(program)
        period = await self._read_periods.named(program, name)
        if period.sign_off is not None:
            return period, period.sign_off.checklist
        month = facts.month_bounds(name)
        situation = replace(
            await self._periods.situation(program, period, month),
            open_facts=tuple(await self._ledger.open_facts(program)),
        )
        to_book = month_end_entries(situation, facts.settlement.voucher_share_of_face)
        return period, checklist_of(situation, facts, len(to_book))
