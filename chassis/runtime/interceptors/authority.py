"""Which role may call which rpc, as the contracts declare it."""

from typing import Any

from chassis.runtime.behaviour import Behaviour, Context
from chassis.runtime.caller import current_caller
from chassis.runtime.contract import MethodContract
from chassis.runtime.reasons import ROLE_NOT_ALLOWED
from chassis.values.refusal import refuse


def authority(method: MethodContract, inner: Behaviour) -> Behaviour:
    """Wrap a behaviour: refuses `ROLE_NOT_ALLOWED` unless the caller has one of the method's roles.

    Raises ValueError for an rpc without a role, so that a server with a gap in its contract does not start.
    """
    if not method.roles:
        raise ValueError(f"{method.full_method} declares no role that may call it")
    allowed = method.roles

    async def authorized(request: Any, context: Context) -> Any:
        if allowed.isdisjoint(current_caller().roles):
            raise refuse(
                ROLE_NOT_ALLOWED,
                f"none of the caller's roles may call {method.name}",
                {"method": method.name, "allowed": ",".join(sorted(allowed))},
            )
        return await inner(request, context)

    return authorized
