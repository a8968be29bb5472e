"""Refusals in the audit log: permission denied, whatever the method, to a call or to items of it, and every refused
read of personal data."""

from contextvars import ContextVar
from typing import Any, cast

from chassis.runtime.audit.calls import call_of, result_of
from chassis.runtime.audit.items import Batch, RefusedItems, Watched, answers_each, batch_of
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
        inner = _watching_items(audit, method, inner)
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


def _watching_items(audit: AuditLog, method: MethodContract, inner: Behaviour) -> Behaviour:
    """The behaviour of a batch, or of a stream that answers each message, with its refused items recorded."""
    batch = batch_of(method)
    if batch is not None:
        return _batch(audit, method, batch, inner)
    return _stream(audit, method, inner) if answers_each(method) else inner


def _batch(audit: AuditLog, method: MethodContract, batch: Batch, inner: Behaviour) -> Behaviour:
    async def answered(request: Any, context: Context) -> Any:
        answer = await inner(request, context)
        refused = RefusedItems(audit, method, context)
        for item, result in zip(getattr(request, batch.items), getattr(answer, batch.results), strict=True):
            refused.answered(item, result)
        refused.tell()
        return answer

    return answered


def _stream(audit: AuditLog, method: MethodContract, inner: Behaviour) -> Behaviour:
    async def answered(request: Any, context: Context) -> Any:
        refused = RefusedItems(audit, method, context)
        watched = Watched(context, refused)
        try:
            return await inner(watched.asked(request), cast(Context, watched))
        finally:
            refused.tell()

    return answered
