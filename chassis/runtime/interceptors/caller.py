"""Who calls: the bearer token of every rpc, verified."""

from typing import Any

from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.caller import set_caller
from chassis.runtime.contract import MethodContract
from chassis.runtime.incoming import metadata_of
from chassis.runtime.reasons import TOKEN_MISSING
from chassis.runtime.tokens import TokenVerifier
from chassis.values.refusal import refuse

_BEARER = "bearer "


def caller(verifier: TokenVerifier) -> Interceptor:
    """An interceptor that sets `current_caller()` and `caller_again()`. Refuses `TOKEN_MISSING`, `TOKEN_INVALID`,
    `TOKEN_EXPIRED`. A token is verified when its rpc begins; a stream that outlives it asks again."""

    def intercept(_method: MethodContract, inner: Behaviour) -> Behaviour:
        async def called(request: Any, context: Context) -> Any:
            token = _token(context)
            set_caller(verifier.verify(token), lambda: verifier.verify(token))
            return await inner(request, context)

        return called

    return intercept


def _token(context: Context) -> str:
    for key, value in metadata_of(context):
        if key == "authorization" and isinstance(value, str) and value[:7].lower() == _BEARER:
            return value[7:]
    raise refuse(TOKEN_MISSING, "the call carries no bearer token")
