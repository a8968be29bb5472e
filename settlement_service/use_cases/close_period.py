"""Signing a period off: what stands in the way is asked once more while nothing is booked, the month-end voucher is
booked, the closing figures are sealed."""

from dataclasses import replace

from settlement_service.domain import refusals
from settlement_service.domain.breakage.estimates import estimates_of
from settlement_service.domain.checklist import Situation, checklist_of, in_the_way
from settlement_service.domain.command import command_of
from settlement_service.domain.month_end import month_end_entries, month_end_voucher
from settlement_service.domain.periods import Period
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import LedgerPeriods, Periods, Signing
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.read_periods import ReadPeriods


class ClosePeriod:
    """Closes a period. Whatever breaks on the way, either nothing of it is there or all of it."""

    def __init__(
        self,
        programs: ProgramDirectory,
        periods: Periods,
        read_periods: ReadPeriods,
        ledger: LedgerPeriods,
        clock: Clock,
    ) -> None:
        self._programs = programs
        self._periods = periods
        self._read_periods = read_periods
        self._ledger = ledger
        self._clock = clock

    async def __call__(
        self, program: str, name: str, caller: str, request_id: str, signed_name: str, note: str
    ) -> Period:
        """The period as it was signed, now or before. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND, PERIOD_NOT_READY,
        REQUEST_ID_REUSED."""
        facts = self._programs.facts(program)
        share = facts.settlement.voucher_share_of_face
        open_facts = tuple(await self._ledger.open_facts(program))

        def sign(found: Situation) -> Signing:
            situation = replace(found, open_facts=open_facts)
            entries = month_end_entries(situation, share)
            obstacles = in_the_way(checklist_of(situation, facts, len(entries)))
            if obstacles:
                raise refusals.period_not_ready(name, obstacles)
            voucher = month_end_voucher(situation, facts, entries, caller, signed_name) if entries else None
            signed = replace(situation, month_end_entries=situation.month_end_entries + len(entries))
            return Signing(
                voucher,
                sorted(facts.brands),
                estimates_of(facts),
                checklist_of(signed, facts, 0),
                signed_name,
                caller,
                note,
                self._clock.now(),
            )

        command = command_of(program, caller, request_id, "ClosePeriod", [name, signed_name, note])
        await self._periods.close(command, name, facts.month_bounds(name), sign)
        return await self._read_periods.named(program, name)
