"""Structured logs: one JSON object a line on stderr, with service, trace id and span id.

No personal data and no tokens: callers log ids and counts. Text that a database puts into its errors can quote
values, so of a database error only its class, state and constraint are logged.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import asyncpg
import msgspec
import structlog
from opentelemetry import trace

EventDict = MutableMapping[str, Any]

_SECRET_KEYS = frozenset({"authorization", "token", "password", "secret", "dsn", "database_url", "redis_url"})


def configure_logs(service_name: str, level: str, stream: TextIO | None = None) -> None:
    """Set up structlog, and the standard library's logging behind it, for the whole process."""

    def add_service(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event["service"] = service_name
        return event

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        add_service,
        _add_trace,
        _add_error,
        _redact,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; `name` is the module's."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def describe_error(error: BaseException) -> str:
    """An exception with its causes as text: types, messages and frames; of a database error no text that could
    quote a row."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None:
        if lines:
            lines.append("caused by")
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}: {_message(current)}")
        lines.extend(
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        )
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


def _message(error: BaseException) -> str:
    if isinstance(error, asyncpg.PostgresError):
        return f"sqlstate {error.sqlstate}, constraint {getattr(error, 'constraint_name', None)}"
    return str(error)


def _add_trace(_logger: Any, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    return event


def _add_error(_logger: Any, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = describe_error(error)
    return event


def _redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for key in _SECRET_KEYS.intersection(event):
        event[key] = "[redacted]"
    return event


def _render(_logger: Any, _name: str, event: EventDict) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()
