"""Listing pairs of members that may be one person."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.duplicates import Duplicate, State
from identity_service.domain.members import MemberRef
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.admission import admit
from identity_service.use_cases.duplicate_ports import DuplicateRegistry
from identity_service.use_cases.resolve_members import ResolveMembers

Place = tuple[int, str]
"""Score and id of the last pair of a page."""


@dataclass(frozen=True, slots=True)
class DuplicateQuestion:
    """Which pairs: in a state, of a score of at least so much, and of one person if `member` names one."""

    program_id: str
    state: State
    member: MemberRef | None
    least_score: int
    after: Place | None
    most: int


@dataclass(frozen=True, slots=True)
class ListDuplicates:
    """The use case."""

    registry: DuplicateRegistry
    resolve: ResolveMembers
    programs: ProgramDirectory

    async def __call__(self, caller: Caller, asked: DuplicateQuestion) -> tuple[Sequence[Duplicate], Place | None]:
        """A page, the highest score first, and where the next one goes on. Raises PROGRAM_NOT_FOUND or
        MEMBER_NOT_FOUND."""
        admit(caller, asked.program_id, self.programs)
        members: Sequence[str] | None = None
        if asked.member is not None:
            [resolved] = await self.resolve(caller, [asked.member])
            if isinstance(resolved, Refusal):
                raise resolved
            members = resolved.home_member_ids
        bounds = (asked.state, asked.least_score, asked.after, asked.most + 1)
        if members is None:
            found = await self.registry.list(asked.program_id, *bounds)
        else:
            found = await self.registry.list_of(asked.program_id, members, *bounds)
        shown = found[: asked.most]
        last = shown[-1] if len(found) > asked.most else None
        return shown, None if last is None else (last.score, last.duplicate_id)
