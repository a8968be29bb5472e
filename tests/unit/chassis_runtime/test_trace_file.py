import json
from pathlib import Path

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

from chassis.runtime.telemetry import span, span_from_traceparent
from chassis.runtime.trace_file import TraceFileExporter
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID, recorded


def _spans() -> tuple[ReadableSpan, ...]:
    with recorded() as spans:
        with span_from_traceparent("outer", SAMPLED), span("inner", {"rows": 3, "names": ["a", "b"]}):
            pass
        return spans.all()


def test_a_span_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "trace.jsonl"
    TraceFileExporter(file, "shop").export(_spans())
    inner, outer = (json.loads(line) for line in file.read_text().splitlines())
    assert (inner["name"], inner["trace_id"], inner["service"]) == ("inner", TRACE_ID, "shop")
    assert inner["parent_id"] == outer["span_id"]
    assert inner["attributes"] == {"rows": 3, "names": ["a", "b"]}
    assert inner["end_ns"] >= inner["start_ns"]


def test_several_exports_append(tmp_path: Path) -> None:
    file = tmp_path / "trace.jsonl"
    for _ in range(2):
        TraceFileExporter(file, "shop").export(_spans())
    assert len(file.read_text().splitlines()) == 4


def test_a_full_file_is_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "trace.jsonl"
    exporter = TraceFileExporter(file, "shop", max_bytes=100)
    exporter.export(_spans())
    exporter.export(_spans())
    assert (tmp_path / "trace.jsonl.1").exists()
    assert not file.exists()


def test_a_file_that_cannot_be_written_fails_the_export_only(tmp_path: Path) -> None:
    assert TraceFileExporter(tmp_path / "no" / "file", "shop").export(_spans()) is SpanExportResult.FAILURE
