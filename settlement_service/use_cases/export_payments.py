"""Payments as a file."""

from collections.abc import Sequence
from datetime import date

from chassis.values.calendar import local_date
from settlement_service.domain import netting_refusals
from settlement_service.domain.netting.payment_file import PaymentFile, payment_file
from settlement_service.domain.netting.payment_states import PaymentState
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.netting_ports import Nettings
from settlement_service.use_cases.ports import Clock

_ALL = 2**31 - 1


class ExportPayments:
    """Puts payments into a file; nothing changes by it."""

    def __init__(self, programs: ProgramDirectory, nettings: Nettings, clock: Clock) -> None:
        self._programs = programs
        self._nettings = nettings
        self._clock = clock

    async def __call__(
        self, program: str, netting_id: str, payment_ids: Sequence[str], day: date | None
    ) -> PaymentFile:
        """All approved payments of a netting, or those named. Of a netting those that were sent are left out: whoever
        wants them in a file again names them. Refuses PROGRAM_NOT_FOUND, NETTING_NOT_FOUND, PAYMENT_NOT_FOUND,
        PAYMENT_STATE."""
        facts = self._programs.facts(program)
        if netting_id:
            await self._nettings.netting(program, netting_id)
            payments = await self._nettings.payments(program, netting_id, PaymentState.APPROVED, "", _ALL)
            if not payments:
                raise netting_refusals.no_payment_to_export(netting_id)
        else:
            payments = await self._nettings.payments_by_id(program, payment_ids)
        today = local_date(self._clock.now(), facts.settlement.time_zone)
        return payment_file(payments, facts, day or today)
