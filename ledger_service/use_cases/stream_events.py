"""Following the log: every event after a cursor, partition by partition, then each new one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain import refusals
from ledger_service.domain.answers import LogPosition
from ledger_service.use_cases.log_ports import Log, StoredEvent

PAGE = 500
LOOK_AGAIN_SECONDS = 0.5
"""How often appends of other processes are looked for; our own wake the stream at once."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything up to here was sent or did not match."""

    positions: Sequence[LogPosition]


class StreamEvents:
    """At-least-once, gap-free and in order within a partition; there is no order between partitions."""

    def __init__(self, log: Log) -> None:
        self._log = log

    async def __call__(
        self, programs: Sequence[str] | None, after: Mapping[int, int], stop_at_head: bool
    ) -> AsyncIterator[StoredEvent | Progress]:
        """Events of the programs, or of all if they are None."""
        heads = await self._log.heads()
        cursor = begun_at(after, heads)
        told = False
        while True:
            moved = False
            for partition, head in heads:
                moved = moved or cursor[partition] < head
                async for event in self._up_to(partition, cursor, head, programs):
                    yield event
            if moved or not told:
                told = True
                yield Progress([LogPosition(*place) for place in sorted(cursor.items())])
            if stop_at_head:
                return
            if not moved:
                await self._log.appended(LOOK_AGAIN_SECONDS)
            heads = await self._log.heads()

    async def _up_to(
        self, partition: int, cursor: dict[int, int], head: int, programs: Sequence[str] | None
    ) -> AsyncIterator[StoredEvent]:
        while cursor[partition] < head:
            page = await self._log.read(partition, cursor[partition], head, programs, PAGE)
            for event in page:
                cursor[partition] = event.event.position.position
                yield event
            if len(page) < PAGE:
                cursor[partition] = head


def begun_at(after: Mapping[int, int], heads: Sequence[LogPosition]) -> dict[int, int]:
    """The cursor to begin at; refused if it points beyond the log."""
    known = dict(heads)
    for partition, position in after.items():
        if partition not in known or position > known[partition]:
            raise refusals.cursor_invalid(f"position {position} of partition {partition} was never written")
    return {partition: after.get(partition, 0) for partition in known}
