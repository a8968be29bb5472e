"""Following one reference, which a warm process remembers for a moment (docs/adr/0070)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.values.refusal import Refusal
from identity_service.domain.caller import EVERY_PROGRAM, Caller
from identity_service.domain.members import MemberRef, Resolution
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.admission import admit
from identity_service.use_cases.ports import Clock
from identity_service.use_cases.resolve_members import ResolveMembers

REMEMBERED = timedelta(seconds=1)
"""No answer is older than that; whoever books by it compares its `merge_seq` under the wallet's lock."""
MOST_REMEMBERED = 20_000

_OURSELVES = Caller("", (), frozenset({EVERY_PROGRAM}), "")
"""Asks for callers that were admitted, several at once."""


class Remembered:
    """Where references lead, as the database said a moment ago. Answers of one process are forgotten as soon as it
    commits a change of anybody; those that other processes change, within a second. What leads nowhere is not
    remembered."""

    def __init__(
        self, resolve: ResolveMembers, clock: Clock, changes: Callable[[], int], room: int = MOST_REMEMBERED
    ) -> None:
        """`changes` counts the changes that this process has committed."""
        self._resolve = resolve
        self._clock = clock
        self._changes = changes
        self._room = room
        self._known: dict[MemberRef, tuple[datetime, int, Resolution]] = {}

    def known(self, reference: MemberRef) -> Resolution | None:
        """Where it leads, if that is remembered."""
        known = self._known.get(reference)
        if known is None:
            return None
        asked, changes, resolution = known
        return resolution if changes == self._changes() and self._clock.now() - asked < REMEMBERED else None

    async def look_up(self, references: Sequence[MemberRef]) -> Sequence[Resolution | Exception]:
        """Where they lead, from the database; from now on it is remembered."""
        # Taken before anything is read: what changes meanwhile makes the answers old at once.
        asked, changes = self._clock.now(), self._changes()
        answers = await self._resolve(_OURSELVES, references)
        if len(self._known) + len(references) > self._room:
            self._known.clear()
        for reference, answer in zip(references, answers, strict=True):
            if not isinstance(answer, Refusal):
                self._known[reference] = asked, changes, answer
        return answers


@dataclass(frozen=True, slots=True)
class ResolveMember:
    """The use case. `look_up` may look several references up together."""

    remembered: Remembered
    look_up: Callable[[MemberRef], Awaitable[Resolution]]
    programs: ProgramDirectory

    async def __call__(self, caller: Caller, reference: MemberRef) -> Resolution:
        """Where it leads. Raises PROGRAM_NOT_ALLOWED, PROGRAM_NOT_FOUND or MEMBER_NOT_FOUND."""
        admit(caller, reference.program_id, self.programs)
        known = self.remembered.known(reference)
        return known if known is not None else await self.look_up(reference)
