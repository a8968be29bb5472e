"""What a till says it sold on a day, against the ledger's documents."""

from datetime import date, timedelta

from chassis.values.calendar import start_of_day, zone
from settlement_service.domain import refusals
from settlement_service.domain.books import Vector
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import Outcome
from settlement_service.domain.till_totals import TillDay, compare_till
from settlement_service.use_cases.reconciliation_ports import ControlTotalsKept, LedgerDocuments


class RunTills:
    """The last version of a till's totals of one place and day."""

    def __init__(self, programs: ProgramDirectory, kept: ControlTotalsKept, ledger: LedgerDocuments) -> None:
        self._programs = programs
        self._kept = kept
        self._ledger = ledger

    async def __call__(self, program: str, day: TillDay, up_to: Vector) -> Outcome:
        """What differs. Refuses LOCATION_NOT_FOUND, CONTROL_TOTALS_NOT_FOUND."""
        place = self._programs.facts(program).places.get(day.location_id)
        if place is None:
            raise refusals.location_not_found(program, day.location_id)
        totals = await self._kept.latest(program, day)
        if totals is None:
            raise refusals.control_totals_not_found(day.source, day.location_id, day.business_date)
        tz, first = zone(place.time_zone or "UTC"), date.fromisoformat(day.business_date)
        start, end = start_of_day(first, tz), start_of_day(first + timedelta(days=1), tz)
        posted = [document async for document in self._ledger.documents(program, day, start, end)]
        compared, differences = compare_till(day, totals, posted)
        return Outcome(up_to, compared, differences)
