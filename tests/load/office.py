"""The office of the load: publishes one small change of the program's files after the other."""

from dataclasses import dataclass, field
from random import Random

from google.protobuf.message import Message
from loyalty.rules.v1 import rules_service_pb2 as rules

from deploy.local.mesh import PROGRAMS, program_files
from tests.load.calls import Intent

FOLDER = PROGRAMS / "worked-basket"
CHANGED = "North gives a full cent"


@dataclass
class Office:
    """Rates never change, so what orders earn does not depend on which revision judged them.

    `revision` is the last one that was acknowledged.
    """

    program: str
    random: Random
    revision: str = ""
    name: str = "office"
    _edition: int = field(default=0)

    def next(self) -> Intent:
        """The next edition."""
        self._edition += 1
        files = [
            rules.ProgramFile(
                path=file.path,
                content=file.content.replace("id: worked-basket", f"id: {self.program}").replace(
                    CHANGED, f"{CHANGED} (edition {self._edition})"
                ),
            )
            for file in program_files(FOLDER)
        ]
        request = rules.ApplyProgramRequest(program_id=self.program, request_id=f"edition:{self._edition}", files=files)
        return Intent("ApplyProgram", request)

    def learn(self, intent: Intent, response: Message) -> None:
        """Remembers what is live now."""
        if isinstance(response, rules.ApplyProgramResponse):
            self.revision = response.revision.revision
