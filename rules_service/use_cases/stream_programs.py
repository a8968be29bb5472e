"""Tells what is live and then each revision that becomes so."""

from collections.abc import AsyncIterator, Callable

from rules_service.domain.revision import Revision
from rules_service.use_cases.live_programs import LivePrograms


class StreamPrograms:
    """Follows this instance's memory, which follows the store."""

    def __init__(self, live: LivePrograms) -> None:
        self._live = live

    async def run(self, named: frozenset[str], covers: Callable[[str], bool]) -> AsyncIterator[Revision | None]:
        """The live revisions, then None once, then each new one. Never ends.

        Of the `named` programs (empty: all) those the caller `covers`; one that does not exist yet is told of
        when it does.
        """

        def wanted(program_id: str) -> bool:
            return covers(program_id) and (not named or program_id in named)

        with self._live.following() as (live_now, coming):
            for live in live_now:
                if wanted(live.revision.program_id):
                    yield live.revision
            yield None
            while True:
                live = await coming.get()
                if wanted(live.revision.program_id):
                    yield live.revision
