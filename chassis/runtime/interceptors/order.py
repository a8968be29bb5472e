"""The order of the interceptors, as data. Outermost first; a test holds the server to it."""

from collections.abc import Mapping

from chassis.runtime.application import Policies
from chassis.runtime.behaviour import Interceptor
from chassis.runtime.interceptors.authority import authority
from chassis.runtime.interceptors.caller import caller
from chassis.runtime.interceptors.deadline import deadline
from chassis.runtime.interceptors.errors import errors
from chassis.runtime.interceptors.limits import limits
from chassis.runtime.interceptors.telemetry import telemetry
from chassis.runtime.tokens import TokenVerifier

ORDER = ("telemetry", "errors", "caller", "deadline", "authority", "limits")
"""Telemetry sees every outcome; errors turns every refusal below it into a status; nobody is served whose token was
not verified; permission is told before load, so that a stranger learns nothing about it."""


def in_order(verifier: TokenVerifier, policies: Policies) -> tuple[Interceptor, ...]:
    """The interceptors of one server, as `ORDER` says."""
    by_name: Mapping[str, Interceptor] = {
        "telemetry": telemetry,
        "errors": errors,
        "caller": caller(verifier),
        "deadline": deadline(policies.unary_timeout_seconds, policies.stream_timeout_seconds),
        "authority": authority,
        "limits": limits(policies.concurrent_unary_calls, policies.concurrent_streams),
    }
    return tuple(by_name[name] for name in ORDER)
