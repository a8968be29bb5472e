"""Reading fields: every fault is told at once, and no value is repeated."""

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.runtime.fields import FieldReader
from chassis.values.refusal import Code, Refusal


def _refused(reader: FieldReader) -> Refusal:
    with pytest.raises(Refusal) as refused:
        reader.finish()
    return refused.value


def test_all_faults_are_told_at_once() -> None:
    reader = FieldReader()
    reader.id("program_id", "no id")
    reader.currency("currency_code", "usd")
    reader.within("points", 0, 1)
    refusal = _refused(reader)
    assert (refusal.code, refusal.reason) == (Code.INVALID_ARGUMENT, "MALFORMED")
    assert [fault.field for fault in refusal.violations] == ["program_id", "currency_code", "points"]


def test_a_fault_does_not_repeat_the_value() -> None:
    reader = FieldReader()
    reader.id("member_id", "someone@example.org\x00")
    assert "someone" not in str(_refused(reader))


@pytest.mark.parametrize("text", ["", " ", "a b", "a\n", "é", "a" * 129, "-a", "a\x00"])
def test_what_is_no_id_is_refused(text: str) -> None:
    reader = FieldReader()
    reader.id("id", text)
    assert reader.refusal() is not None


def test_an_optional_id_may_be_empty() -> None:
    reader = FieldReader()
    assert reader.optional_id("id", "") == ""
    assert reader.refusal() is None


def test_a_moment_is_utc_with_microseconds() -> None:
    stamp = Timestamp(seconds=1_500_000_000, nanos=123_456_789)
    reader = FieldReader()
    moment = reader.instant("occur_time", stamp, present=True)
    assert moment == datetime(2017, 7, 14, 2, 40, 0, 123456, tzinfo=UTC)
    assert reader.refusal() is None


@pytest.mark.parametrize("seconds", [-1, 7_258_118_400, 2**62])
def test_a_moment_of_another_century_is_a_typing_error(seconds: int) -> None:
    reader = FieldReader()
    reader.instant("occur_time", Timestamp(seconds=seconds), present=True)
    assert reader.refusal() is not None


def test_a_missing_moment_is_a_fault() -> None:
    reader = FieldReader()
    reader.instant("occur_time", Timestamp(), present=False)
    assert [fault.description for fault in _refused(reader).violations] == ["must be set"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3000", "x" * 11, "a\x00b", "a\nb", "a\tb", "\x7f", "\x9f", "a\u202eb", "a\u2066b", "a\ud800b"],
)
def test_a_text_is_one_plain_line_of_some_characters(text: str) -> None:
    reader = FieldReader()
    reader.text("reason", text, 10)
    assert [fault.field for fault in _refused(reader).violations] == ["reason"]


@pytest.mark.parametrize("text", ["x", "x" * 10, "Größe – 語", "👩" * 10])
def test_a_text_is_measured_in_characters(text: str) -> None:
    reader = FieldReader()
    assert reader.text("reason", text, 10) == text
    assert reader.refusal() is None


def test_a_text_that_is_not_required_may_be_empty_but_holds_no_control_character() -> None:
    reader = FieldReader()
    reader.text("empty", "", 10, least=0)
    reader.text("nul", "\x00", 10, least=0)
    assert [fault.field for fault in _refused(reader).violations] == ["nul"]
