"""The movements of a wallet's homes, page by page."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.use_cases.ports import MemberRef, Members, Programs
from ledger_service.use_cases.read_ports import EVERY_MOVEMENT, MovementFilter, MovementView, Reader


class PageKey(NamedTuple):
    """Where a page ends: the home and the sequence of its last movement."""

    home: str
    sequence: int


class MovementPage(NamedTuple):
    """Movements and, unless they are the last, where the next page goes on."""

    movements: Sequence[MovementView]
    next: PageKey | None


class ListMovements:
    """Oldest first within a home; the root's before those of absorbed members."""

    def __init__(self, programs: Programs, members: Members, reader: Reader) -> None:
        self._programs = programs
        self._members = members
        self._reader = reader

    async def __call__(
        self,
        program: str,
        member: MemberRef,
        after: PageKey | None,
        limit: int,
        wanted: MovementFilter = EVERY_MOVEMENT,
    ) -> MovementPage:
        """At most `limit` movements after a page's end; CURSOR_INVALID if that lies with a home which is no longer
        the member's."""
        self._programs.facts(program)
        homes = (await self._members.resolve(program, member)).homes
        if after is not None and after.home not in homes:
            raise refusals.cursor_invalid("the page token leads to points that are another member's now")
        begin = homes.index(after.home) if after is not None else 0
        found: list[MovementView] = []
        for home in homes[begin:]:
            start = after.sequence if after is not None and home == after.home else 0
            # One more than asked for tells whether there is a next page.
            more = limit + 1 - len(found)
            found += await self._reader.movements(MemberKey(program, home), start, more, wanted)
            if len(found) > limit:
                last = found[limit - 1].movement
                return MovementPage(found[:limit], PageKey(last.home, last.sequence))
        return MovementPage(found, None)
