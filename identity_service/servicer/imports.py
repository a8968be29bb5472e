"""loyalty.identity.v1.ImportService."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.identity.v1 import import_service_pb2 as messages
from loyalty.identity.v1 import import_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, current_caller
from identity_service.domain.caller import Caller
from identity_service.domain.import_refusals import import_out_of_order
from identity_service.domain.imports import Header, Line
from identity_service.domain.requests import RequestName
from identity_service.servicer.common import calling
from identity_service.use_cases.abandon_import import AbandonImport
from identity_service.use_cases.commit_import import CommitImport
from identity_service.use_cases.import_members import ImportMembers
from identity_service.use_cases.ports import Clock
from identity_service.use_cases.read_imports import ReadImports
from identity_service.wire import imports as wire


@dataclass(frozen=True, slots=True)
class ImportServicer(stubs.ImportServiceServicer):
    """loyalty.identity.v1.ImportService."""

    import_members: ImportMembers
    commit_import: CommitImport
    abandon_import: AbandonImport
    read_imports: ReadImports
    clock: Clock

    async def ImportMembers(
        self, stream: AsyncIterator[messages.ImportMembersRequest], context: Context
    ) -> messages.ImportMembersResponse:
        first = await anext(stream, None)
        if first is None or first.WhichOneof("content") != "header":
            raise import_out_of_order("the first message must be the header")
        header = wire.header_of(first)
        # A report says who was known before, whichever brand met them; the other rpcs are judged before they come here.
        current_caller().require_brand(ANY)
        uploaded = await self.import_members(calling(), header, self._lines(header, stream))
        return wire.staged_message(uploaded.found, uploaded.repeated)

    async def _lines(self, header: Header, stream: AsyncIterator[messages.ImportMembersRequest]) -> AsyncIterator[Line]:
        async for message in stream:
            if message.WhichOneof("content") != "line":
                raise import_out_of_order("every message behind the header must be a line")
            yield wire.line_of(header, message.line, self.clock.now())

    async def GetImport(self, request: messages.GetImportRequest, context: Context) -> messages.GetImportResponse:
        found = await self.read_imports.get(calling(), *wire.get_of(request))
        return messages.GetImportResponse(**{"import": wire.import_message(found)})

    async def ListImportLines(
        self, request: messages.ListImportLinesRequest, context: Context
    ) -> messages.ListImportLinesResponse:
        asked = wire.LinesQuestion(request)
        lines = await self.read_imports.lines(
            calling(), asked.program_id, asked.import_id, asked.verdicts, asked.after, asked.limit
        )
        return asked.page(lines)

    async def CommitImport(
        self, request: messages.CommitImportRequest, context: Context
    ) -> messages.CommitImportResponse:
        program_id, request_id, import_id, totals = wire.commit_of(request)
        caller = calling()
        found = await self.commit_import(caller, _name(caller, program_id, request_id), import_id, totals)
        return messages.CommitImportResponse(**{"import": wire.import_message(found)})

    async def AbandonImport(
        self, request: messages.AbandonImportRequest, context: Context
    ) -> messages.AbandonImportResponse:
        program_id, request_id, import_id = wire.abandon_of(request)
        caller = calling()
        found = await self.abandon_import(caller, _name(caller, program_id, request_id), import_id)
        return messages.AbandonImportResponse(**{"import": wire.import_message(found)})


def _name(caller: Caller, program_id: str, request_id: str) -> RequestName:
    return RequestName(program_id, caller.subject, request_id)
