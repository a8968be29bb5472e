"""A plan of a large change is told in part, and says so."""

from datetime import UTC, datetime

from loyalty.rules.v1 import rules_service_pb2 as pb

from rules_service.domain.difference import Difference
from rules_service.domain.revision import Revision
from rules_service.tool.desk import Plan
from rules_service.tool.told import plan_lines
from rules_service.use_cases.apply_program import AppliedChange
from rules_service.wire.differences import MOST_BYTES, MOST_CHARACTERS
from rules_service.wire.programs import applied
from tests.unit.rules.examples import SHOP, program

REVISION = Revision("t", "rev_x", 1, datetime(2026, 1, 1, tzinfo=UTC), program(SHOP))


def answered(*places: Difference) -> pb.ApplyProgramResponse:
    """The answer to a change of these places."""
    return applied(AppliedChange(REVISION, True, places))


def test_a_small_change_is_told_whole() -> None:
    answer = answered(Difference("a", "1", "2"), Difference("b", "", "x" * MOST_CHARACTERS))
    assert [(one.path, one.before, len(one.after)) for one in answer.differences] == [
        ("a", "1", 1),
        ("b", "", MOST_CHARACTERS),
    ]
    assert answer.more_differences == 0


def test_a_long_value_is_cut() -> None:
    (told,) = answered(Difference("a", "x" * (MOST_CHARACTERS + 1), "")).differences
    assert told.before == "x" * (MOST_CHARACTERS - 1) + "…"


def test_of_many_places_the_first_are_told_and_how_many_there_are_more() -> None:
    answer = answered(*(Difference(f"earn_rules.r{number:04d}", "", "é" * 5_000) for number in range(1_000)))
    assert MOST_BYTES - 11_000 < sum(one.ByteSize() for one in answer.differences) <= MOST_BYTES
    assert answer.differences[-1].path == f"earn_rules.r{len(answer.differences) - 1:04d}"
    assert len(answer.differences) + answer.more_differences == 1_000


def test_the_tool_says_that_there_are_more() -> None:
    answer = answered(Difference("a", "1", "2"))
    answer.more_differences = 7
    lines = list(plan_lines(Plan("t", None, answer)))
    assert "8 places would change:" in lines[1]
    assert lines[-2:] == ["  … and 7 places more", ""]
