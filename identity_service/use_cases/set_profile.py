"""Changing a person's profile inside a change: of a merged member it is the root's, whom rules look at."""

from datetime import datetime

from identity_service.domain.audit import Action, AuditRecord, profile_detail
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey
from identity_service.domain.profile import ProfileChange, changed_fields
from identity_service.use_cases.ports import Changes


async def root_of(changes: Changes, member: MemberKey) -> MemberKey:
    """The canonical member of one that exists, locked."""
    followed = await changes.follow([member])
    root = MemberKey.of(member.program_id, followed[member].root_member_id)
    await changes.lock_member(root)
    return root


async def set_profile(
    changes: Changes, root: MemberKey, change: ProfileChange, caller: Caller, request_id: str, now: datetime
) -> None:
    """Sets what is to be set of a member that is locked or new, and records it; nothing if it is so already."""
    before = await changes.profile(root)
    after = change.applied(before)
    if after == before:
        return
    ordinal = await changes.append_profile(root, after, now)
    detail = profile_detail(changed_fields(before, after), ordinal)
    await changes.append_audit(AuditRecord(Action.PROFILE_CHANGED, root, detail, caller, request_id, now))
