"""A program's configuration as it was made live."""

from dataclasses import dataclass
from datetime import datetime

from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.program import Program


@dataclass(frozen=True, slots=True)
class Revision:
    """A configuration under the hash of its content.

    `sequence` counts how often the program's live configuration was changed, from 1; going back to an earlier
    configuration has a new sequence and the earlier `revision`. `record_time` is when this was.
    """

    program_id: str
    revision: str
    sequence: int
    record_time: datetime
    program: Program


@dataclass(frozen=True, slots=True)
class LiveProgram:
    """A revision in memory, ready for deciding."""

    revision: Revision
    compiled: CompiledProgram
