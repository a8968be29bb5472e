"""Spans as JSON lines in a file, so that a trace can be read without a collector."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Beyond this the file becomes `<name>.1`, replacing the one before, and a new one is begun."""


class TraceFileExporter(SpanExporter):
    """Appends one object a line: trace_id, span_id, parent_id, name, kind, service, start_ns, end_ns, status,
    attributes, links (each `trace_id-span_id`).

    Each export is one append, so that several processes may write the same file.
    """

    def __init__(self, path: Path, service_name: str, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._path = path
        self._service_name = service_name
        self._max_bytes = max_bytes

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        lines = b"".join(msgspec.json.encode(self._record(span), enc_hook=str) + b"\n" for span in spans)
        try:
            self._append(lines)
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True

    def _append(self, lines: bytes) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(file, lines)
            full = os.fstat(file).st_size > self._max_bytes
        finally:
            os.close(file)
        if full:
            self._path.replace(self._path.with_name(self._path.name + ".1"))

    def _record(self, span: ReadableSpan) -> dict[str, object]:
        context = span.get_span_context()
        assert context is not None
        return {
            "trace_id": f"{context.trace_id:032x}",
            "span_id": f"{context.span_id:016x}",
            "parent_id": f"{span.parent.span_id:016x}" if span.parent is not None else "",
            "name": span.name,
            "kind": span.kind.name,
            "service": self._service_name,
            "start_ns": span.start_time,
            "end_ns": span.end_time,
            "status": span.status.status_code.name,
            "attributes": dict(span.attributes or {}),
            "links": [f"{link.context.trace_id:032x}-{link.context.span_id:016x}" for link in span.links],
        }
