"""Refusals in the audit log: permission denied, whatever the method, and every refused read of personal data."""

from contextvars import ContextVar
from typing import Any

from chassis.runtime.audit.calls import call_of, result_of
from chassis.runtime.audit.kinds import Kind
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.contract import MethodContract
from chassis.values.refusal import Code, Refusal

_TOLD: ContextVar[list[bool]] = ContextVar("audit_told")


def leave_to_me() -> None:
    """The call being served has an intent, and its outcome is recorded with that."""
    _TOLD.get([]).append(True)


def refused(audit: AuditLog | None) -> Interceptor:
    """An interceptor outside of whatever may refuse permission. Without a log it does nothing."""

    def intercept(method: MethodContract, inner: Behaviour) -> Behaviour:
        if audit is None:
            return inner
        read = audit.kind_of(method) is Kind.PERSONAL_READ

        async def watched(request: Any, context: Context) -> Any:
            told: list[bool] = []
            _TOLD.set(told)
            try:
                return await inner(request, context)
            except Refusal as refusal:
                if not told and (read or refusal.code is Code.PERMISSION_DENIED):
                    messages = () if method.client_streaming else (request,)
                    audit.refused(call_of(audit.id_rules, method, context, messages), result_of(refusal))
                raise

        return watched

    return intercept
