"""How many rpcs are served at once. Health probes do not come by here and are never refused."""

from typing import Any

from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.contract import MethodContract
from chassis.runtime.metrics import CALLS_IN_FLIGHT
from chassis.runtime.reasons import overloaded


class _Gauge:
    """Calls of one kind that are being served."""

    __slots__ = ("limit", "name", "running")

    def __init__(self, name: str, limit: int) -> None:
        self.name = name
        self.limit = limit
        self.running = 0


def limits(concurrent_unary_calls: int, concurrent_streams: int) -> Interceptor:
    """An interceptor shared by all rpcs of a server. Refuses `OVERLOADED` with a time to come back. Streams are
    counted apart, so that followers that stay for hours take no place from calls."""
    unary = _Gauge("concurrent_unary_calls", concurrent_unary_calls)
    streams = _Gauge("concurrent_streams", concurrent_streams)

    def intercept(method: MethodContract, inner: Behaviour) -> Behaviour:
        gauge = streams if method.streaming else unary
        attributes = {"kind": gauge.name}

        async def admitted(request: Any, context: Context) -> Any:
            if gauge.running >= gauge.limit:
                raise overloaded(gauge.name)
            gauge.running += 1
            CALLS_IN_FLIGHT.add(1, attributes)
            try:
                return await inner(request, context)
            finally:
                gauge.running -= 1
                CALLS_IN_FLIGHT.add(-1, attributes)

        return admitted

    return intercept
