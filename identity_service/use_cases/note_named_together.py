"""Keeping that a call named identifiers of several members, although the call itself is refused and rolled back."""

from contextlib import suppress
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.enrollment import Enrollment
from identity_service.use_cases.duplicate_ports import DuplicateRegistry
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.once import ChangeAnswer
from identity_service.use_cases.ports import Clock

MOST_PAIRS_A_DAY = 1_000
"""Of one caller. A till that misreads everything, or tries to, writes no more than this."""


@dataclass(frozen=True, slots=True)
class EnrollNotingSeveral:
    """EnrollMember, with a small transaction of its own after a refusal for IDENTIFIERS_OF_SEVERAL_MEMBERS: whoever was
    at the till held something of both, which speaks for their being one person. The refusal stays what it is, and
    where noting it fails nothing but the note is lost."""

    enroll_member: EnrollMember
    registry: DuplicateRegistry
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, enrollment: Enrollment) -> ChangeAnswer:
        """As EnrollMember."""
        try:
            return await self.enroll_member(caller, request_id, enrollment)
        except Refusal as refusal:
            if (refusal.domain, refusal.reason) == (refusals.DOMAIN, refusals.IDENTIFIERS_OF_SEVERAL_MEMBERS.name):
                await self._note(caller, enrollment.program_id, refusal.metadata["member_ids"].split(", "))
            raise

    async def _note(self, caller: Caller, program_id: str, members: list[str]) -> None:
        # The answer is the first refusal; a database that is away now says so to the next call.
        with suppress(Refusal):
            await self.registry.note_named(program_id, members, caller.subject, self.clock.now(), MOST_PAIRS_A_DAY)
