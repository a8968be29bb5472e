"""Rpcs about the log and what it sums up to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import read_requests_pb2 as reading

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, current_caller
from ledger_service.servicer.common import admit, followed
from ledger_service.use_cases.audit import GetLedgerTotals, VerifyIntegrity
from ledger_service.use_cases.export_movements import ExportMovements
from ledger_service.use_cases.stream_events import StreamEvents
from ledger_service.wire import events, read_answers, requests


@dataclass(frozen=True, slots=True)
class LogCases:
    """The use cases behind these rpcs."""

    stream_events: StreamEvents
    verify_integrity: VerifyIntegrity
    get_ledger_totals: GetLedgerTotals
    export_movements: ExportMovements


class LogRpcs:
    """Rpcs about the log and what it sums up to."""

    log: LogCases

    async def StreamEvents(
        self, request: messages.StreamEventsRequest, _context: Context
    ) -> AsyncIterator[messages.StreamEventsResponse]:
        """The log, and what is appended to it."""
        programs = followed(requests.optional_program(request.program_id))
        _admit_everything()
        after, most_movements = requests.cursor_of("after", request.after), requests.most_movements(request)
        async for item in self.log.stream_events(programs, after, request.stop_at_head):
            for message in events.stream_messages(item, most_movements):
                yield message

    async def VerifyIntegrity(
        self, request: messages.VerifyIntegrityRequest, _context: Context
    ) -> AsyncIterator[messages.VerifyIntegrityResponse]:
        """The outcomes of the checkers."""
        program = requests.program_of(request.program_id)
        admit(program)
        _admit_everything()
        async for check in self.log.verify_integrity(program):
            yield events.check_message(check)

    async def GetLedgerTotals(
        self, request: messages.GetLedgerTotalsRequest, _context: Context
    ) -> messages.GetLedgerTotalsResponse:
        """Totals up to a cursor."""
        program = requests.program_of(request.program_id)
        admit(program)
        _admit_everything()
        up_to = requests.positions_of("up_to", request.up_to)
        return events.totals_message(await self.log.get_ledger_totals(program, up_to))

    async def ExportMovements(
        self, request: reading.ExportMovementsRequest, _context: Context
    ) -> AsyncIterator[reading.ExportMovementsResponse]:
        """All movements of a program, command by command."""
        program = requests.program_of(request.program_id)
        after = requests.cursor_of("after", request.after)
        up_to = requests.cursor_of("up_to", request.up_to)
        admit(program)
        _admit_everything()
        async for part in self.log.export_movements(program, after, up_to):
            yield read_answers.export_message(part)


def _admit_everything() -> None:
    """The log holds what was done at every brand and place: it is for callers whom all of them concern."""
    caller = current_caller()
    caller.require_brand(ANY)
    caller.require_location(ANY)
