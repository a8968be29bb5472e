"""Wires the limits on how often."""

from chassis.runtime.valkey import Client
from chassis.runtime.velocity.misses import Misses
from chassis.runtime.velocity.velocity import Velocity
from ledger_service.peers.pace import Limits, LookupPace, SpendPace
from ledger_service.settings import Settings


def spend_pace(settings: Settings, valkey: Client) -> SpendPace:
    """Shared by all processes: a till behind a balancer must not get a limit from each."""
    return SpendPace(Velocity(valkey), _limits(settings))


def lookup_pace(settings: Settings, misses: Misses) -> LookupPace:
    """Of this process: a look-up is too frequent and too small for a round trip of its own."""
    return LookupPace(Velocity(), _limits(settings), misses)


def _limits(settings: Settings) -> Limits:
    return Limits(
        spends_per_till=settings.spends_per_till_a_minute,
        spends_per_member=settings.spends_per_member_a_minute,
        spends_per_operator=settings.spends_per_operator_a_minute,
        spends_per_till_and_member=settings.spends_per_till_and_member_a_minute,
        lookups_per_caller=settings.lookups_per_caller_a_minute,
        missed_lookups_per_caller=settings.missed_lookups_per_caller_a_minute,
        lookups_per_member=settings.lookups_per_member_a_minute,
    )
