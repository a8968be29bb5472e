"""What only services may call takes a service's certificate besides its token."""

from typing import Any

from chassis.runtime.behaviour import Behaviour, Context
from chassis.runtime.contract import MethodContract
from chassis.runtime.reasons import PEER_NOT_TRUSTED
from chassis.runtime.tls import is_encrypted, service_of
from chassis.values.refusal import refuse

_INTERNAL = frozenset({"SERVICE"})


def peer(method: MethodContract, inner: Behaviour) -> Behaviour:
    """Wrap a behaviour whose only role is SERVICE: refuses `PEER_NOT_TRUSTED` unless the caller has shown the
    certificate of a service, so that a service's token is of no use elsewhere. Plain text knows no certificates and
    comes from this machine alone."""
    if method.roles != _INTERNAL:
        return inner

    async def trusted(request: Any, context: Context) -> Any:
        if is_encrypted(context) and service_of(context) is None:
            raise refuse(
                PEER_NOT_TRUSTED, f"only services may call {method.name}, and this is none's certificate",
                {"method": method.name},
            )  # fmt: skip
        return await inner(request, context)

    return trusted
