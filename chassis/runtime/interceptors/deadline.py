"""Every rpc has an end: the caller's deadline, or ours if that is nearer or there is none."""

import asyncio
import math
from typing import Any

from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.budget import set_budget
from chassis.runtime.contract import MethodContract
from chassis.runtime.reasons import deadline_exceeded


def deadline(unary_timeout_seconds: float, stream_timeout_seconds: float) -> Interceptor:
    """An interceptor that sets the budget peers' calls are cut to. Refuses `DEADLINE_EXCEEDED`."""

    def intercept(method: MethodContract, inner: Behaviour) -> Behaviour:
        longest = stream_timeout_seconds if method.streaming else unary_timeout_seconds

        async def bounded(request: Any, context: Context) -> Any:
            asked = _asked(context)
            if asked <= 0:
                raise deadline_exceeded()
            if asked <= longest:
                # gRPC itself ends the rpc at its caller's deadline.
                set_budget(asked)
                return await inner(request, context)
            set_budget(longest)
            try:
                async with asyncio.timeout(longest) as ours:
                    return await inner(request, context)
            except TimeoutError:
                if not ours.expired():
                    raise
                raise deadline_exceeded() from None

        return bounded

    return intercept


def _asked(context: Context) -> float:
    left: float | None = context.time_remaining()
    return math.inf if left is None else left
