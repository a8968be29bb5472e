"""Keeping that a call named several members as if they were one, although the call is refused and rolled back: whoever
was at the till held something of both, which speaks for their being one person.

Each is a small transaction of its own after the refusal. The refusal stays what it is, and where noting it fails
nothing but the note is lost.
"""

from contextlib import suppress
from dataclasses import dataclass

from chassis.values.refusal import Reason, Refusal
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.enrollment import Enrollment, Link
from identity_service.domain.members import MemberRef
from identity_service.use_cases.duplicate_ports import DuplicateRegistry
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.once import ChangeAnswer
from identity_service.use_cases.ports import Clock
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.resolve_one import resolved

MOST_PAIRS_A_DAY = 1_000
"""Of one caller. A till that misreads everything, or tries to, writes no more than this."""


@dataclass(frozen=True, slots=True)
class EnrollNotingSeveral:
    """EnrollMember; noted are the members of a refusal for IDENTIFIERS_OF_SEVERAL_MEMBERS."""

    enroll_member: EnrollMember
    registry: DuplicateRegistry
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, enrollment: Enrollment) -> ChangeAnswer:
        """As EnrollMember."""
        try:
            return await self.enroll_member(caller, request_id, enrollment)
        except Refusal as refusal:
            if _is(refusal, refusals.IDENTIFIERS_OF_SEVERAL_MEMBERS):
                members = refusal.metadata["member_ids"].split(", ")
                # The answer is the first refusal; a database that is away now says so to the next call.
                with suppress(Refusal):
                    await _note(self.registry, self.clock, caller, enrollment.program_id, members)
            raise


@dataclass(frozen=True, slots=True)
class LinkNotingTaken:
    """LinkIdentifier; noted are the member and the owner of the identifier after a refusal for IDENTIFIER_TAKEN, which
    does not tell who that is."""

    link_identifier: LinkIdentifier
    resolve: ResolveMembers
    registry: DuplicateRegistry
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, link: Link) -> ChangeAnswer:
        """As LinkIdentifier."""
        try:
            return await self.link_identifier(caller, request_id, link)
        except Refusal as refusal:
            if _is(refusal, refusals.IDENTIFIER_TAKEN):
                with suppress(Refusal):
                    owner = await resolved(self.resolve, caller, MemberRef(link.program_id, link.identifier))
                    members = [link.member_id, owner.member_id]
                    await _note(self.registry, self.clock, caller, link.program_id, members)
            raise


def _is(refusal: Refusal, reason: Reason) -> bool:
    return (refusal.domain, refusal.reason) == (reason.domain, reason.name)


async def _note(registry: DuplicateRegistry, clock: Clock, caller: Caller, program_id: str, members: list[str]) -> None:
    # Between the refusal and this, the identifier may have been moved to the member itself.
    if len(set(members)) > 1:
        await registry.note_named(program_id, members, caller.subject, clock.now(), MOST_PAIRS_A_DAY)
