"""Changes and reads of personal data in the audit log. The innermost of all: what comes here was permitted.

A change has an intent that is committed before it begins, and an outcome that is committed before its answer goes out;
it goes on when its caller goes away, so that its outcome becomes known. If its process dies in between, the intent
stays and names caller and request id. A read of personal data is committed before the first of it is told. If a record
cannot be written, the call is refused as UNAVAILABLE.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

from chassis.runtime.audit.calls import call_of, result_of
from chassis.runtime.audit.items import batch_of
from chassis.runtime.audit.kinds import Kind
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.record import CANCELLED, INTERNAL, OK, Call, Phase
from chassis.runtime.audit.subjects import subjects_of, told_of
from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.caller import current_caller
from chassis.runtime.contract import MethodContract
from chassis.runtime.interceptors.refused import leave_to_me
from chassis.values.refusal import Refusal

FOR_OTHERS = frozenset({"SERVICE"})
"""The roles of a service that asks on behalf of a call that is recorded where it came in."""


def audited(audit: AuditLog | None) -> Interceptor:
    """An interceptor that records what its method's kind asks for. Without a log it does nothing."""

    def intercept(method: MethodContract, inner: Behaviour) -> Behaviour:
        kind = Kind.NONE if audit is None else audit.kind_of(method)
        if audit is None or kind not in (Kind.CHANGE, Kind.PERSONAL_READ):
            return inner
        if kind is Kind.PERSONAL_READ:
            return _read(audit, method, inner)
        return _stream_of_changes(audit, method, inner) if method.streaming else _change(audit, method, inner)

    return intercept


def _read(audit: AuditLog, method: MethodContract, inner: Behaviour) -> Behaviour:
    batch = batch_of(method)

    async def told(request: Any, context: Context) -> Any:
        if current_caller().roles <= FOR_OTHERS:
            return await inner(request, context)
        messages = () if method.client_streaming else (request,)
        if method.server_streaming:
            watched = _FirstWrite(audit, method, context, messages)
            await inner(request, cast(Context, watched))
            await watched.before_telling(None)
            return None
        answer = await inner(request, context)
        call = call_of(audit.id_rules, method, context, messages, answer)
        # A dictionary keeps each once, in order.
        subjects = tuple(dict.fromkeys((*call.subjects, *told_of(audit.id_rules, answer))))
        items = 0 if batch is None else len(getattr(answer, batch.results))
        await audit.write(Phase.READ, replace(call, subjects=subjects), OK, items=items)
        return answer

    return told


class _FirstWrite:
    """A context that records before it writes for the first time; all else passes to the real one."""

    def __init__(self, audit: AuditLog, method: MethodContract, context: Context, messages: tuple[Any, ...]) -> None:
        self._audit = audit
        self._method = method
        self._context = context
        self._messages = messages
        self._recorded = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    async def write(self, message: Any) -> None:
        await self.before_telling(message)
        await self._context.write(message)

    async def before_telling(self, message: Any) -> None:
        """Also of a stream that ends without a message."""
        if not self._recorded:
            call = call_of(self._audit.id_rules, self._method, self._context, self._messages)
            await self._audit.write(Phase.READ, call, OK)
            self._recorded = True


def _change(audit: AuditLog, method: MethodContract, inner: Behaviour) -> Behaviour:
    async def changed(request: Any, context: Context) -> Any:
        call = call_of(audit.id_rules, method, context, (request,))
        if not _may_concern(call):
            return await inner(request, context)
        leave_to_me()

        async def carried_out() -> Any:
            intent = await audit.write(Phase.INTENT, call)
            number = intent.link.number
            try:
                answer = await inner(request, cast(Context, outliving))
            except Refusal as refusal:
                await audit.write(Phase.OUTCOME, call, result_of(refusal), number)
                raise
            except Exception:
                await audit.write(Phase.OUTCOME, call, INTERNAL, number)
                raise
            named = replace(call, subjects=subjects_of(audit.id_rules, request, answer))
            await audit.write(Phase.OUTCOME, named, OK, number)
            return answer

        outliving = _Outliving(context)
        try:
            return await asyncio.shield(audit.beside(carried_out()))
        except asyncio.CancelledError:
            outliving.ended = True
            raise

    return changed


class _Outliving:
    """The context of a change that goes on when its rpc has ended: from then on it takes what it is told and does
    nothing, for gRPC has freed what lies behind it (asking it for the peer would bring the process down)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.ended = False

    def __getattr__(self, name: str) -> Any:
        return _nothing if self.ended else getattr(self._context, name)


def _nothing(*_arguments: Any) -> None:
    pass


def _may_concern(call: Call) -> bool:
    """A change in a program that the token does not cover is about to be refused, and needs no intent: refusals are
    bounded, intents are not."""
    return not call.program_id or current_caller().may_use_program(call.program_id)


def _stream_of_changes(audit: AuditLog, method: MethodContract, inner: Behaviour) -> Behaviour:
    async def changed(request: Any, context: Context) -> Any:
        leave_to_me()
        told = _Told(audit, method, context)
        if method.client_streaming:
            asked: Any = told.on_first(request)
        else:
            await told.begin(request)
            asked = request
        try:
            answer = await inner(asked, context)
        except Refusal as refusal:
            await told.ended(result_of(refusal))
            raise
        except asyncio.CancelledError:
            told.end(CANCELLED)
            raise
        except Exception:
            await told.ended(INTERNAL)
            raise
        await told.ended(OK)
        return answer

    return changed


class _Told:
    """The intent and the outcome of one stream. Of an upload the outcome says how many messages came."""

    def __init__(self, audit: AuditLog, method: MethodContract, context: Context) -> None:
        self._audit = audit
        self._method = method
        self._context = context
        self._call: Call | None = None
        self._number = 0
        self._items = 0

    async def begin(self, first: Any) -> None:
        """Records what its first message announces."""
        self._call = call_of(self._audit.id_rules, self._method, self._context, (first,))
        self._number = (await self._audit.write(Phase.INTENT, self._call)).link.number

    async def on_first(self, messages: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The messages; the first is handed on once the intent is committed."""
        async for message in messages:
            if self._call is None:
                await self.begin(message)
            self._items += 1
            yield message

    async def ended(self, result: str) -> None:
        """Records how it ended, also if its caller goes away meanwhile."""
        await asyncio.shield(self.end(result))

    def end(self, result: str) -> "asyncio.Task[None]":
        """The same without waiting for it."""
        return self._audit.beside(self._end(result))

    async def _end(self, result: str) -> None:
        # Nothing was asked for without a first message.
        if self._call is not None:
            await self._audit.write(Phase.OUTCOME, self._call, result, self._number, self._items)
