"""All movements of a program, partition by partition in the order of the log."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.answers import LogPosition
from ledger_service.domain.event import RecordedMovement
from ledger_service.use_cases.log_ports import Log
from ledger_service.use_cases.ports import Programs
from ledger_service.use_cases.stream_events import begun_at

PAGE = 100
"""Events read at a time: a large sale has thousands of movements."""
MOST_MOVEMENTS = 1_000
"""In one part: a movement has about a kilobyte on the wire, and 4 MB is what most callers take at once."""


@dataclass(frozen=True, slots=True)
class ExportedMovements:
    """Movements of one command, none in the last part, and where an export goes on after them: within a command, at
    its first movement."""

    movements: Sequence[RecordedMovement]
    cursor: Sequence[LogPosition]


class ExportMovements:
    """Read from the log, which has every movement once, in the event of its command."""

    def __init__(self, programs: Programs, log: Log) -> None:
        self._programs = programs
        self._log = log

    async def __call__(
        self, program: str, after: Mapping[int, int], up_to: Mapping[int, int]
    ) -> AsyncIterator[ExportedMovements]:
        """Movements after one cursor, up to and with another (empty: to where the log stands now; partitions that it
        leaves out are not read). CURSOR_INVALID for positions that were never written."""
        self._programs.facts(program)
        heads = await self._log.heads()
        cursor = begun_at(after, heads)
        ends = begun_at(up_to, heads) if up_to else dict(heads)
        for partition, end in sorted(ends.items()):
            async for part in self._of_partition(program, partition, cursor, end):
                yield part
        yield ExportedMovements((), _vector(cursor))

    async def _of_partition(
        self, program: str, partition: int, cursor: dict[int, int], end: int
    ) -> AsyncIterator[ExportedMovements]:
        while cursor[partition] < end:
            page = await self._log.read(partition, cursor[partition], end, [program], PAGE)
            for stored in page:
                movements, position = stored.event.movements, stored.event.position.position
                for start in range(0, len(movements), MOST_MOVEMENTS):
                    end_of_part = start + MOST_MOVEMENTS
                    if end_of_part >= len(movements):
                        cursor[partition] = position
                    yield ExportedMovements(movements[start:end_of_part], _vector(cursor))
                cursor[partition] = position
            if len(page) < PAGE:
                cursor[partition] = end


def _vector(cursor: Mapping[int, int]) -> Sequence[LogPosition]:
    return [LogPosition(*place) for place in sorted(cursor.items())]
