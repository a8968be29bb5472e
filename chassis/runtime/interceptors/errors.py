"""Every refusal becomes a `google.rpc.Status` here, and only here; everything else becomes INTERNAL."""

from typing import Any

import grpc
from grpc_status import rpc_status

from chassis.runtime.behaviour import Behaviour, Context
from chassis.runtime.contract import MethodContract
from chassis.runtime.logs import get_logger
from chassis.runtime.reasons import INTERNAL
from chassis.runtime.status import to_status
from chassis.runtime.telemetry import current_trace_id
from chassis.values.refusal import Refusal, refuse

_log = get_logger(__name__)


def errors(method: MethodContract, inner: Behaviour) -> Behaviour:
    """Wrap a behaviour: a refusal is answered as it is, a fault of ours with its trace id and nothing else.

    A cancellation passes: the caller has gone or its time is up, and nobody reads the answer.
    """

    async def answered(request: Any, context: Context) -> Any:
        try:
            return await inner(request, context)
        except Refusal as raised:
            refusal = raised
            if raised.__cause__ is not None:
                _log.warning("rpc refused", method=method.name, reason=raised.reason, cause=_kind(raised.__cause__))
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            _log.error("rpc failed", method=method.name, exc_info=error)
            refusal = refuse(INTERNAL, "a fault of ours; the trace id names it")
        return await context.abort_with_status(rpc_status.to_status(to_status(refusal, current_trace_id())))

    return answered


def _kind(error: BaseException) -> str:
    """What lies behind a refusal, short: in an outage every rpc says it."""
    return f"{type(error).__module__}.{type(error).__qualname__}"
