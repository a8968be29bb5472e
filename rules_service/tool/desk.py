"""What the tool asks of the rules service."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.rules.v1 import program_pb2, rules_service_pb2
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.tokens import TokenProvider
from chassis.runtime.transport import Peer
from chassis.values.refusal import Refusal
from rules_service.domain.change import NOTHING_YET
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.refusals import PROGRAM_NOT_FOUND, revision_conflict
from rules_service.tool.folder import ProgramFolder

if TYPE_CHECKING:
    from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceAsyncStub

TIMEOUT_SECONDS = 120.0

_SERVICE = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a folder would change. `live` is the revision it was planned against, None if there is none."""

    program_id: str
    live: program_pb2.ProgramRevision | None
    answer: rules_service_pb2.ApplyProgramResponse

    @property
    def changed(self) -> bool:
        """False if the files say what is live."""
        return self.answer.changed

    @property
    def expected_revision(self) -> str:
        """What must still be live when it is applied."""
        return NOTHING_YET if self.live is None else self.live.revision


class Desk:
    """One service, on behalf of one caller. Every method raises the service's refusals."""

    def __init__(self, stub: "RulesServiceAsyncStub") -> None:
        self._stub = stub

    async def plan(self, folder: ProgramFolder, expected_revision: str = "") -> Plan:
        """What the folder would change; refused REVISION_CONFLICT if something else than expected is live."""
        live = await self._live(folder.program_id)
        against = live.revision if live is not None else NOTHING_YET
        if expected_revision not in ("", against):
            raise revision_conflict(folder.program_id, expected_revision, live.revision if live is not None else "")
        answer = await self._stub.ApplyProgram(_request(folder, against, dry_run=True))
        return Plan(folder.program_id, live, answer)

    async def apply(self, folder: ProgramFolder, plan: Plan, request_id: str) -> program_pb2.ProgramRevision:
        """Make the folder live, if what it was planned against still is."""
        answer = await self._stub.ApplyProgram(_request(folder, plan.expected_revision, request_id=request_id))
        return answer.revision

    async def export(self, program_id: str, revision: str) -> tuple[program_pb2.ProgramRevision, Sequence[ProgramFile]]:
        """A revision (empty: the live one) and the files it was made from."""
        asked = rules_service_pb2.GetProgramRequest(program_id=program_id, revision=revision)
        found = await self._stub.GetProgram(asked)
        return found.revision, [ProgramFile(file.path, file.content) for file in found.files]

    async def _live(self, program_id: str) -> program_pb2.ProgramRevision | None:
        try:
            found = await self._stub.GetProgram(rules_service_pb2.GetProgramRequest(program_id=program_id))
        except Refusal as refusal:
            if refusal.reason == PROGRAM_NOT_FOUND.name:
                return None
            raise
        return found.revision


@asynccontextmanager
async def open_desk(peer: Peer, token: TokenProvider) -> AsyncIterator[Desk]:
    """The service at a peer."""
    async with connect(peer, _SERVICE, token, timeout_seconds=TIMEOUT_SECONDS) as channel:
        yield Desk(RulesServiceStub(channel))


def _request(
    folder: ProgramFolder, expected_revision: str, *, request_id: str = "", dry_run: bool = False
) -> rules_service_pb2.ApplyProgramRequest:
    return rules_service_pb2.ApplyProgramRequest(
        program_id=folder.program_id,
        request_id=request_id,
        files=[rules_service_pb2.ProgramFile(path=file.path, content=file.content) for file in folder.files],
        expected_revision=expected_revision,
        dry_run=dry_run,
    )
