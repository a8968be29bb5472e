"""Rpcs for whoever closes a period."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.ledger.v1 import close_pb2 as messages

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY
from ledger_service.servicer.common import admit, tell_replayed
from ledger_service.use_cases.cut_period import CutPeriod, ListPeriodCuts
from ledger_service.use_cases.get_close_facts import GetCloseFacts
from ledger_service.use_cases.stream_document_totals import StreamDocumentTotals
from ledger_service.wire import close, requests


@dataclass(frozen=True, slots=True)
class CloseCases:
    """The use cases behind these rpcs."""

    cut_period: CutPeriod
    list_period_cuts: ListPeriodCuts
    get_close_facts: GetCloseFacts
    stream_document_totals: StreamDocumentTotals


class CloseRpcs:
    """Rpcs for whoever closes a period: they are about every brand, and but for documents about every place."""

    close: CloseCases

    async def CutPeriod(self, request: messages.CutPeriodRequest, context: Context) -> messages.CutPeriodResponse:
        """Ends a period."""
        program, period = close.period_request(request)
        caller = admit(program, ANY, ANY)
        outcome = await self.close.cut_period(program, period, caller.subject)
        tell_replayed(context, outcome)
        return messages.CutPeriodResponse(cut=close.cut_message(outcome.cut))

    async def ListPeriodCuts(
        self, request: messages.ListPeriodCutsRequest, _context: Context
    ) -> messages.ListPeriodCutsResponse:
        """The periods that were cut."""
        program = requests.program_of(request.program_id)
        admit(program, ANY, ANY)
        return close.cuts_message(await self.close.list_period_cuts(program))

    async def GetCloseFacts(
        self, request: messages.GetCloseFactsRequest, _context: Context
    ) -> messages.GetCloseFactsResponse:
        """What is still open."""
        program = requests.program_of(request.program_id)
        admit(program, ANY, ANY)
        return close.facts_message(await self.close.get_close_facts(program))

    async def StreamDocumentTotals(
        self, request: messages.StreamDocumentTotalsRequest, _context: Context
    ) -> AsyncIterator[messages.StreamDocumentTotalsResponse]:
        """What documents come to."""
        program, span = close.span_request(request)
        # What its own locations sold is an operator's to hold against its tills, whatever the brand.
        admit(program, span.location_id or ANY)
        async for total in self.close.stream_document_totals(program, span):
            for message in close.totals_messages(total):
                yield message
