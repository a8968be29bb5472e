"""Setting what rules may look at of a member."""

from dataclasses import dataclass

from chassis.values.canonical import Plain
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey
from identity_service.domain.profile import Update
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.once import ChangeAnswer, Request, once
from identity_service.use_cases.ports import Changes, Clock, Registry
from identity_service.use_cases.set_profile import require_member, root_of, set_profile


@dataclass(frozen=True, slots=True)
class UpdateMember:
    """The use case. Setting what is so already changes nothing."""

    registry: Registry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, update: Update) -> ChangeAnswer:
        """The member as changed; of a merged one the root. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND,
        MEMBER_ERASED or REQUEST_ID_REUSED."""
        admit(caller, update.program_id, self.programs)
        name = RequestName(update.program_id, caller.subject, request_id)
        request = Request(name, self.fingerprints.of_intent("update", _canonical(update)))

        async def carry_out(changes: Changes) -> tuple[MemberKey, bool]:
            member = MemberKey.of(update.program_id, update.member_id)
            await require_member(changes, member)
            root = await root_of(changes, member)
            await set_profile(changes, root, update.change, caller, request_id, self.clock.now())
            return root, False

        return await once(self.registry, self.clock, request, carry_out)


def _canonical(update: Update) -> Plain:
    """What was asked; the order of segments does not count."""
    change = update.change
    return {
        "birthday": None if change.birthday is None else list(change.birthday),
        "member_id": update.member_id,
        "program_id": update.program_id,
        "segments": None if change.segments is None else list(change.segments),
    }
