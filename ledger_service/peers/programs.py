"""The programs' live revisions, kept in memory by following rules' stream."""

import asyncio
from collections.abc import Mapping, Sequence

import grpc
from loyalty.rules.v1 import rules_service_pb2 as messages
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from ledger_service.domain import refusals
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.peers.rules_messages import facts_of
from ledger_service.use_cases.ports import Place, ProgramFacts


class ProgramDirectory:
    """See `use_cases.ports.Programs`. `ready` is set once everything that was live has been seen."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = RulesServiceStub(channel)
        self._facts: dict[str, ProgramFacts] = {}
        self.ready = asyncio.Event()

    def facts(self, program: str) -> ProgramFacts:
        """The program's; PROGRAM_NOT_FOUND if there is none."""
        facts = self._facts.get(program)
        if facts is None:
            raise refusals.program_not_found(program)
        return facts

    def all(self) -> Sequence[ProgramFacts]:
        """Every program's, by id."""
        return [facts for _, facts in sorted(self._facts.items())]

    def ladders(self, program: str) -> tuple[Ladder, ...]:
        """The program's ladders; none for a program that is not known."""
        facts = self._facts.get(program)
        return facts.ladders if facts else ()

    def places(self, program: str) -> Mapping[str, Place]:
        """Where the program's locations lie; nowhere for a program that is not known."""
        facts = self._facts.get(program)
        return facts.places if facts else {}

    async def follow(self) -> bool:
        """Follows the stream until it ends; False: begin again after a pause."""
        async for response in self._stub.StreamProgramRevisions(messages.StreamProgramRevisionsRequest()):
            if response.HasField("caught_up"):
                self.ready.set()
            else:
                self._facts[response.revision.program_id] = facts_of(response.revision)
        return False
