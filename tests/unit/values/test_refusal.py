"""The one typed error."""

import pytest

from chassis.values.refusal import TRANSIENT, Code, Reason, refuse


@pytest.mark.parametrize("code", list(Code))
def test_only_not_now_is_transient(code: Code) -> None:
    assert refuse(Reason("X", "d", code), "why").transient == (code in TRANSIENT)


def test_metadata_is_text() -> None:
    assert refuse(Reason("X", "d", Code.ABORTED), "why", {"n": 5}).metadata == {"n": "5"}


def test_a_refusal_reads_as_code_reason_and_message() -> None:
    assert str(refuse(Reason("X", "d", Code.NOT_FOUND), "no such thing")) == "NOT_FOUND X: no such thing"


def test_two_refusals_are_never_equal() -> None:
    reason = Reason("X", "d", Code.ABORTED)
    assert refuse(reason, "why") != refuse(reason, "why")
