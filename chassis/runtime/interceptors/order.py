"""The order of the interceptors, as data. Outermost first; a test holds the server to it."""

from collections.abc import Mapping

from chassis.runtime.application import Policies
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.behaviour import Interceptor
from chassis.runtime.interceptors.audited import audited
from chassis.runtime.interceptors.authority import authority
from chassis.runtime.interceptors.caller import caller
from chassis.runtime.interceptors.deadline import deadline
from chassis.runtime.interceptors.errors import errors
from chassis.runtime.interceptors.lasting import lasting
from chassis.runtime.interceptors.limits import limits
from chassis.runtime.interceptors.peer import peer
from chassis.runtime.interceptors.refused import refused
from chassis.runtime.interceptors.telemetry import telemetry
from chassis.runtime.interceptors.velocity import velocity
from chassis.runtime.interceptors.visibility import visibility
from chassis.runtime.places import PlacesOf, no_places
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.velocity.lookups import Lookups

ORDER = (
    "telemetry",
    "errors",
    "caller",
    "lasting",
    "deadline",
    "refused",
    "authority",
    "peer",
    "limits",
    "velocity",
    "visibility",
    "audited",
)
"""Telemetry sees every outcome; errors turns every refusal below it into a status; nobody is served whose token was
not verified; permission is told before load, so that a stranger learns nothing about it; what leaves was seen by nobody
who may not see it. Every refusal of permission is in the audit log, and no intent of what was not permitted."""


def in_order(
    verifier: TokenVerifier,
    policies: Policies,
    places: PlacesOf = no_places,
    audit: AuditLog | None = None,
    lookups: Lookups | None = None,
) -> tuple[Interceptor, ...]:
    """The interceptors of one server, as `ORDER` says."""
    by_name: Mapping[str, Interceptor] = {
        "telemetry": telemetry,
        "errors": errors,
        "caller": caller(verifier),
        "lasting": lasting,
        "deadline": deadline(policies.unary_timeout_seconds, policies.stream_timeout_seconds),
        "refused": refused(audit),
        "authority": authority(places),
        "peer": peer,
        "limits": limits(policies.concurrent_unary_calls, policies.concurrent_streams),
        "velocity": velocity(lookups),
        "visibility": visibility,
        "audited": audited(audit),
    }
    return tuple(by_name[name] for name in ORDER)
