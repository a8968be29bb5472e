"""What happened around spends, for the ledger to judge them by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.admission import admit
from identity_service.use_cases.ports import Registry


class AskedSpend(NamedTuple):
    """A spend; look-ups of its caller count after a time."""

    member_id: str
    caller: str
    time: datetime
    after_time: datetime


class ToldSpend(NamedTuple):
    """What happened around it."""

    identifier_change_time: datetime | None
    missed_lookups: int


class Marks(Protocol):
    """What is kept of changes and of look-ups."""

    async def changes(self, asked: Sequence[tuple[int, MemberKey, datetime]]) -> dict[int, datetime]:
        """By place: when an identifier of any of the members (all of one program) at this place last changed, up to the
        time; places without a change are missing."""
        ...

    async def missed(self, program_id: str, spends: Sequence[AskedSpend]) -> Sequence[int]:
        """Look-ups of the callers that found nobody."""
        ...


@dataclass(frozen=True, slots=True)
class TellOfSpends:
    """The use case."""

    registry: Registry
    marks: Marks
    programs: ProgramDirectory

    async def __call__(self, caller: Caller, program_id: str, spends: Sequence[AskedSpend]) -> Sequence[ToldSpend]:
        """One answer a spend. Raises PROGRAM_NOT_FOUND."""
        admit(caller, program_id, self.programs)
        keys = [MemberKey.of(program_id, spend.member_id) for spend in spends]
        followed = await self.registry.follow(set(keys))
        asked = [
            (place, MemberKey.of(program_id, home), spend.time)
            for place, (key, spend) in enumerate(zip(keys, spends, strict=True))
            if key in followed
            for home in followed[key].home_member_ids
        ]
        changes = await self.marks.changes(asked) if asked else {}
        missed = await self.marks.missed(program_id, spends)
        return [ToldSpend(changes.get(place), count) for place, count in enumerate(missed)]
