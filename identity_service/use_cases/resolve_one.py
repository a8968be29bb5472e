"""Following one reference inside another use case."""

from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberRef, Resolution
from identity_service.use_cases.resolve_members import ResolveMembers


async def resolved(resolve: ResolveMembers, caller: Caller, reference: MemberRef) -> Resolution:
    """Where the reference leads; raises what the question is refused with."""
    [found] = await resolve(caller, [reference])
    if isinstance(found, Refusal):
        raise found
    return found
