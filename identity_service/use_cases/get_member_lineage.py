"""Which members are one person with a member, and how that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberRef
from identity_service.domain.merging import LinkChange, Tree
from identity_service.use_cases.merge_ports import Lineages
from identity_service.use_cases.resolve_members import ResolveMembers


@dataclass(frozen=True, slots=True)
class LineageCursor:
    """Where a page goes on: the lineage is that after change `as_of`, its history that before change `before`."""

    as_of: int
    before: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """The wallet of a member and a page of its history, newest first. `next_page` is None at the end."""

    member_id: str
    tree: Tree
    history: Sequence[LinkChange]
    next_page: LineageCursor | None


@dataclass(frozen=True, slots=True)
class GetMemberLineage:
    """The use case. The tree is read from the changes, which are for ever, so that any moment can be asked for."""

    resolve: ResolveMembers
    lineages: Lineages

    async def __call__(
        self, caller: Caller, member: MemberRef, moment: datetime | None, page: LineageCursor | None, most: int
    ) -> Lineage:
        """The lineage as of a moment, now if it is None; a page fixes the moment. Raises PROGRAM_NOT_FOUND or
        MEMBER_NOT_FOUND."""
        [resolved] = await self.resolve(caller, [member])
        if isinstance(resolved, Refusal):
            raise resolved
        program_id = member.program_id
        if page is None:
            as_of = await self.lineages.position_at(program_id, moment)
            page = LineageCursor(as_of, as_of + 1)
        tree = await self.lineages.tree(program_id, resolved.member_id, page.as_of)
        history = await self.lineages.history(program_id, tree.homes, page.before, most + 1)
        shown = history[:most]
        next_page = LineageCursor(page.as_of, shown[-1].position) if len(history) > most else None
        return Lineage(resolved.member_id, tree, shown, next_page)
