"""Wires the limits on look-ups by identifiers."""

from loyalty.identity.v1 import identity_service_pb2
from loyalty.type.v1 import member_pb2

from chassis.runtime.velocity.lookups import Lookups, Taking
from chassis.runtime.velocity.misses import Misses
from chassis.runtime.velocity.velocity import Velocity
from identity_service.settings import Settings


def _enrolled(
    request: identity_service_pb2.EnrollMemberRequest, answer: identity_service_pb2.EnrollMemberResponse
) -> int:
    """Of a member who was there one name at least was known."""
    return len(request.identifiers) - (0 if answer.created else 1)


TAKING: Taking = {
    identity_service_pb2.EnrollMemberRequest.DESCRIPTOR.full_name: _enrolled,
    identity_service_pb2.LinkIdentifierRequest.DESCRIPTOR.full_name: lambda request, answer: 1,
}
"""Which requests let identifiers point to somebody that pointed to nobody."""


def lookups_of(settings: Settings, misses: Misses) -> Lookups:
    """Of this process. The ledger asks on behalf of calls that it counted itself."""
    return Lookups(
        Velocity(),
        member_pb2.Identifier.DESCRIPTOR.full_name,
        "SERVICE",
        lookups=settings.lookups_per_caller_a_minute,
        missed=settings.missed_lookups_per_caller_a_minute,
        per_name=settings.lookups_per_member_a_minute,
        taken=settings.taken_identifiers_per_caller_a_minute,
        taking=TAKING,
        misses=misses,
    )
