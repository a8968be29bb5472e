"""The live revision of every program in memory, and whoever wants to hear of new ones."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from rules_service.domain.refusals import program_not_found
from rules_service.domain.revision import LiveProgram


class LivePrograms:
    """One process's view of what is live. Used on one event loop only, so no method needs a lock."""

    def __init__(self) -> None:
        self._by_id: dict[str, LiveProgram] = {}
        self._followers: set[asyncio.Queue[LiveProgram]] = set()

    def get(self, program_id: str) -> LiveProgram:
        """What is live; PROGRAM_NOT_FOUND if the program does not exist."""
        live = self._by_id.get(program_id)
        if live is None:
            raise program_not_found(program_id)
        return live

    def sequence(self, program_id: str) -> int:
        """The sequence in memory; 0 if there is none."""
        live = self._by_id.get(program_id)
        return live.revision.sequence if live is not None else 0

    def replace(self, live: LiveProgram) -> None:
        """Put the next revision of a program in place, at once for all who ask from now on."""
        self._by_id[live.revision.program_id] = live
        for follower in self._followers:
            follower.put_nowait(live)

    @contextmanager
    def following(self) -> Iterator[tuple[list[LiveProgram], asyncio.Queue[LiveProgram]]]:
        """What is live now, by program id, and a queue of everything that replaces it; nothing falls between."""
        queue: asyncio.Queue[LiveProgram] = asyncio.Queue()
        self._followers.add(queue)
        try:
            yield [self._by_id[program_id] for program_id in sorted(self._by_id)], queue
        finally:
            self._followers.discard(queue)
