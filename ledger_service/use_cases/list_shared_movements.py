"""What was spent of a member's points while it was one with another: for who parts them, and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.movement import Cause
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.use_cases.ports import MemberRef, Members, Programs


@dataclass(frozen=True, slots=True)
class SharedMovement:
    """Points of `home` that `root` spent in a redemption, or that repaid the debt of another home's accrual: `cause`
    says which, `cause_id` is the redemption or that accrual. `debtor_home` is empty for a redemption."""

    home: str
    sequence: int
    accrual_id: str
    points: int
    restored_points: int
    cause: Cause
    cause_id: str
    root: str
    debtor_home: str
    post_time: datetime


class SharedPage(NamedTuple):
    """Movements and, unless they are the last, where the next page goes on."""

    movements: Sequence[SharedMovement]
    next: PageKey | None


class SharedMovements(Protocol):
    """What the log has of it."""

    async def shared(self, home: MemberKey, after: int, limit: int) -> Sequence[SharedMovement]:
        """At most `limit` of a home after a sequence, oldest first."""


class ListSharedMovements:
    """Oldest first within a home; the root's before those of absorbed members."""

    def __init__(self, programs: Programs, members: Members, movements: SharedMovements) -> None:
        self._programs = programs
        self._members = members
        self._movements = movements

    async def __call__(self, program: str, member: MemberRef, after: PageKey | None, limit: int) -> SharedPage:
        """At most `limit` movements after a page's end; CURSOR_INVALID if that lies with a home which is no longer
        the member's."""
        self._programs.facts(program)
        homes = (await self._members.resolve(program, member)).homes
        if after is not None and after.home not in homes:
            raise refusals.cursor_invalid("the page token leads to points that are another member's now")
        begin = homes.index(after.home) if after is not None else 0
        found: list[SharedMovement] = []
        for home in homes[begin:]:
            start = after.sequence if after is not None and home == after.home else 0
            # One more than asked for tells whether there is a next page.
            found += await self._movements.shared(MemberKey(program, home), start, limit + 1 - len(found))
            if len(found) > limit:
                last = found[limit - 1]
                return SharedPage(found[:limit], PageKey(last.home, last.sequence))
        return SharedPage(found, None)
