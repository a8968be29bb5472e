"""How often a caller names somebody. Streams are counted by whoever reads their messages."""

from typing import Any

from google.protobuf import descriptor_pool

from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.caller import current_caller
from chassis.runtime.contract import MethodContract
from chassis.runtime.velocity.lookups import MISSES, Lookups
from chassis.values.refusal import Refusal


def velocity(lookups: Lookups | None) -> Interceptor:
    """An interceptor that refuses `TOO_FREQUENT` with the exact time to wait. Without limits it does nothing."""

    def intercept(method: MethodContract, inner: Behaviour) -> Behaviour:
        if lookups is None or method.client_streaming or not lookups.concerns(_request_of(method)):
            return inner

        async def paced(request: Any, context: Context) -> Any:
            caller = current_caller()
            if not hasattr(request, "DESCRIPTOR"):
                return await inner(request, context)
            missed = lookups.begin(caller, request)
            try:
                answer = await inner(request, context)
            except Refusal as refusal:
                if refusal.code in MISSES:
                    lookups.missed(caller, request, missed)
                raise
            lookups.answered(caller, request, answer)
            return answer

        return paced

    return intercept


def _request_of(method: MethodContract) -> Any:
    service, _, name = method.name.rpartition("/")
    return descriptor_pool.Default().FindServiceByName(service).methods_by_name[name].input_type
