"""loyalty.ledger.v1.BalanceImportService."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.ledger.v1 import balance_import_service_pb2 as messages
from loyalty.ledger.v1 import balance_import_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from ledger_service.domain.balance_import import Line
from ledger_service.domain.import_refusals import import_out_of_order
from ledger_service.servicer.common import admit, annotate
from ledger_service.use_cases.commit_balance_import import CommitBalanceImport
from ledger_service.use_cases.import_balances import ImportBalances
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.use_cases.ports import Clock
from ledger_service.use_cases.read_balance_imports import AbandonBalanceImport, ReadBalanceImports
from ledger_service.wire import balance_import_reports as reports
from ledger_service.wire import balance_imports as wire
from ledger_service.wire import pages


@dataclass(frozen=True, slots=True)
class BalanceImportServicer(stubs.BalanceImportServiceServicer):
    """loyalty.ledger.v1.BalanceImportService."""

    import_balances: ImportBalances
    commit_import: CommitBalanceImport
    abandon_import: AbandonBalanceImport
    reads: ReadBalanceImports
    clock: Clock

    async def ImportBalances(
        self, stream: AsyncIterator[messages.ImportBalancesRequest], _context: Context
    ) -> messages.ImportBalancesResponse:
        """Stages lines."""
        first = await anext(stream, None)
        if first is None or first.WhichOneof("content") != "header":
            raise import_out_of_order("the first message must be the header")
        header = wire.header_of(first)
        admit(header.program)
        for terms in header.brands:
            admit(header.program, None, terms.brand)
        annotate(request_id=first.request_id, import_id=header.import_id)
        uploaded = await self.import_balances(header, self._lines(stream))
        answer = reports.import_message(uploaded.found)
        return messages.ImportBalancesResponse(**{"import": answer}, repeated_lines=uploaded.repeated)

    async def _lines(self, stream: AsyncIterator[messages.ImportBalancesRequest]) -> AsyncIterator[Line]:
        async for message in stream:
            if message.WhichOneof("content") != "line":
                raise import_out_of_order("every message behind the header must be a line")
            yield wire.line_of(message.line, self.clock.now())

    async def GetBalanceImport(
        self, request: messages.GetBalanceImportRequest, _context: Context
    ) -> messages.GetBalanceImportResponse:
        """How far an import has come."""
        program, import_id = wire.get_of(request)
        admit(program)
        found = reports.import_message(await self.reads.get(program, import_id))
        return messages.GetBalanceImportResponse(**{"import": found})

    async def ListBalanceImportLines(
        self, request: messages.ListBalanceImportLinesRequest, _context: Context
    ) -> messages.ListBalanceImportLinesResponse:
        """A page of the report."""
        program, import_id, size = wire.report_of(request)
        admit(program)
        question = f"balance-import:{program}:{import_id}"
        place = pages.page_key(question, request.page_token)
        lines = await self.reads.report(program, import_id, place.sequence if place else 0, size)
        key = PageKey("", lines[-1].number) if len(lines) == size else None
        return messages.ListBalanceImportLinesResponse(
            lines=map(reports.line_message, lines), next_page_token=pages.page_token(question, key)
        )

    async def ListWithdrawnBalances(
        self, request: messages.ListWithdrawnBalancesRequest, _context: Context
    ) -> messages.ListWithdrawnBalancesResponse:
        """A page of what goes back."""
        program, import_id, size = wire.report_of(request)
        admit(program)
        question = f"withdrawn-balances:{program}:{import_id}"
        place = pages.page_key(question, request.page_token)
        found, lines = await self.reads.withdrawn(program, import_id, place.sequence if place else 0, size)
        key = PageKey("", lines[-1].number) if len(lines) == size else None
        return messages.ListWithdrawnBalancesResponse(
            lines=[reports.withdrawn_message(found.header, line) for line in lines],
            next_page_token=pages.page_token(question, key),
        )

    async def CommitBalanceImport(
        self, request: messages.CommitBalanceImportRequest, _context: Context
    ) -> messages.CommitBalanceImportResponse:
        """Lets the points come to be."""
        asked = wire.commit_of(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, import_id=asked.import_id)
        found = reports.import_message(await self.commit_import(caller.subject, asked))
        return messages.CommitBalanceImportResponse(**{"import": found})

    async def AbandonBalanceImport(
        self, request: messages.AbandonBalanceImportRequest, _context: Context
    ) -> messages.AbandonBalanceImportResponse:
        """Gives an import up."""
        program, request_id, import_id = wire.abandon_of(request)
        caller = admit(program)
        annotate(request_id=request_id, import_id=import_id)
        found = reports.import_message(await self.abandon_import(caller.subject, program, request_id, import_id))
        return messages.AbandonBalanceImportResponse(**{"import": found})
