"""A stream lasts no longer than its caller's token."""

import asyncio
from typing import Any

from chassis.runtime.behaviour import Behaviour, Context
from chassis.runtime.caller import caller_again
from chassis.runtime.contract import MethodContract
from chassis.values.refusal import Refusal

LOOK_EVERY_SECONDS = 1.0


def lasting(method: MethodContract, inner: Behaviour) -> Behaviour:
    """Wrap a stream: it ends with `TOKEN_EXPIRED` or `TOKEN_INVALID` within a second of the moment from which a new
    call would be refused so, whether or not messages pass. What it is committing then is committed all the same."""
    if not method.streaming:
        return inner

    async def watched(request: Any, context: Context) -> Any:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        ended: Refusal | None = None
        timer: asyncio.TimerHandle

        def look() -> None:
            nonlocal ended, timer
            try:
                caller_again()
            except Refusal as refusal:
                ended = refusal
                task.cancel()
            else:
                timer = loop.call_later(LOOK_EVERY_SECONDS, look)

        timer = loop.call_later(LOOK_EVERY_SECONDS, look)
        try:
            return await inner(request, context)
        except asyncio.CancelledError:
            if ended is None or task.uncancel() > 0:
                raise
            raise ended from None
        finally:
            timer.cancel()

    return watched
