import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from chassis.runtime.logs import configure_logs, describe_error, get_logger
from chassis.runtime.telemetry import span_from_traceparent
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID, recorded


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logs("shop", "INFO", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def _only(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    event: dict[str, Any] = json.loads(line)
    return event


def test_a_line_is_one_json_object(written: io.StringIO) -> None:
    get_logger("a.module").info("something happened", count=3)
    event = _only(written)
    assert (event["event"], event["count"], event["level"]) == ("something happened", 3, "info")
    assert (event["service"], event["logger"]) == ("shop", "a.module")


def test_a_line_within_a_trace_names_it(written: io.StringIO) -> None:
    with recorded(), span_from_traceparent("work", SAMPLED):
        get_logger("m").info("x")
    assert _only(written)["trace_id"] == TRACE_ID


def test_the_standard_librarys_logging_comes_out_alike(written: io.StringIO) -> None:
    logging.getLogger("library").warning("%d things", 3)
    event = _only(written)
    assert (event["event"], event["service"], event["level"]) == ("3 things", "shop", "warning")


def test_secrets_by_name_are_not_written(written: io.StringIO) -> None:
    get_logger("m").info("x", token="abc", authorization="Bearer abc")
    assert "abc" not in written.getvalue()


def test_an_error_is_written_with_its_frames(written: io.StringIO) -> None:
    try:
        raise ValueError("wrong") from KeyError("cause")
    except ValueError as error:
        get_logger("m").error("x", exc_info=error)
    text = _only(written)["error"]
    assert "ValueError: wrong" in text
    assert "test_logs.py" in text
    assert "KeyError" in text


def test_a_database_errors_text_is_left_out() -> None:
    error = asyncpg.UniqueViolationError("duplicate key")
    error.detail = "Key (email)=(ann@example.org) already exists."
    described = describe_error(error)
    assert "ann@example.org" not in described
    assert "23505" in described


def test_a_value_json_does_not_know_is_written_as_text(written: io.StringIO) -> None:
    get_logger("m").info("x", error_class=ValueError)
    assert "ValueError" in _only(written)["error_class"]
