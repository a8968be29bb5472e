"""Changing a person's profile inside a change: of a merged member it is the root's, whom rules look at."""

from collections.abc import Callable
from datetime import datetime

from chassis.runtime.reasons import unavailable
from identity_service.domain import refusals
from identity_service.domain.audit import Action, Origin, profile_detail
from identity_service.domain.caller import Caller
from identity_service.domain.enrollment import MOST_IDENTIFIERS
from identity_service.domain.members import MemberKey
from identity_service.domain.person import PersonDetails, changed_details, with_told
from identity_service.domain.profile import ProfileChange
from identity_service.use_cases.ports import Changes

ATTEMPTS = 10


async def require_member(changes: Changes, member: MemberKey) -> None:
    """Locks a member to whom something personal is to be written. Raises MEMBER_NOT_FOUND or MEMBER_ERASED."""
    locked = await changes.lock(member)
    if locked is None:
        raise refusals.member_not_found(member.program_id, member.member_id)
    if locked.erase_time is not None:
        raise refusals.member_erased(member.member_id)


async def require_room(changes: Changes, member: MemberKey) -> None:
    """After something was linked to a member: that it has no more than it may. Raises TOO_MANY_VALUES."""
    if await changes.count_identifiers(member) > MOST_IDENTIFIERS:
        raise refusals.too_many_values("identifiers", MOST_IDENTIFIERS)


async def root_of(changes: Changes, member: MemberKey) -> MemberKey:
    """The canonical member of one that exists, locked. Whoever merges or unmerges locks the roots as well, so a root
    that is the same under its lock stays it. Raises MEMBER_ERASED, or UNAVAILABLE if it keeps moving."""
    for _ in range(ATTEMPTS):
        root = await _followed(changes, member)
        locked = await changes.lock(root)
        if locked is not None and locked.erase_time is not None:
            raise refusals.member_erased(root.member_id)
        if await _followed(changes, member) == root:
            return root
    raise unavailable("members merged and unmerged by others")


async def _followed(changes: Changes, member: MemberKey) -> MemberKey:
    followed = await changes.follow([member])
    return MemberKey.of(member.program_id, followed[member].root_member_id)


async def set_profile(
    changes: Changes, root: MemberKey, change: ProfileChange, caller: Caller, request_id: str, now: datetime
) -> None:
    """Sets what rules look at of a member that is locked or new, and records it; nothing if it is so already."""

    def applied(details: PersonDetails) -> PersonDetails:
        return with_told(details, change.applied(details.told))

    await set_details(changes, root, applied, Origin(caller, request_id, now))


async def set_details(
    changes: Changes, root: MemberKey, applied: Callable[[PersonDetails], PersonDetails], origin: Origin
) -> None:
    """Makes the next version of the profile of a member that is locked or new, and records it; nothing if it is as it
    was."""
    before = await changes.details(root)
    after = applied(before)
    if after == before:
        return
    changed = changed_details(before, after)
    number = await changes.append_profile(root, after, changed, origin)
    await changes.append_audit(origin.record(Action.PROFILE_CHANGED, root, profile_detail(changed, number)))
