"""Wires the limits on look-ups by identifiers."""

from loyalty.type.v1 import member_pb2

from chassis.runtime.velocity.lookups import Lookups
from chassis.runtime.velocity.velocity import Velocity
from identity_service.settings import Settings


def lookups_of(settings: Settings) -> Lookups:
    """Of this process. The ledger asks on behalf of calls that it counted itself."""
    return Lookups(
        Velocity(),
        member_pb2.Identifier.DESCRIPTOR.full_name,
        "SERVICE",
        lookups=settings.lookups_per_caller_a_minute,
        missed=settings.missed_lookups_per_caller_a_minute,
    )
