"""Wires the limits on look-ups by identifiers."""

from loyalty.type.v1 import member_pb2

from chassis.runtime.velocity.lookups import Lookups
from chassis.runtime.velocity.misses import Misses
from chassis.runtime.velocity.velocity import Velocity
from identity_service.settings import Settings


def lookups_of(settings: Settings, misses: Misses) -> Lookups:
    """Of this process. The ledger asks on behalf of calls that it counted itself."""
    return Lookups(
        Velocity(),
        member_pb2.Identifier.DESCRIPTOR.full_name,
        "SERVICE",
        lookups=settings.lookups_per_caller_a_minute,
        missed=settings.missed_lookups_per_caller_a_minute,
        per_name=settings.lookups_per_member_a_minute,
        misses=misses,
    )
