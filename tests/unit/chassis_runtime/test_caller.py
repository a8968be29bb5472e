import pytest

from chassis.runtime.caller import Caller, current_caller
from chassis.values.refusal import Refusal

TILL = Caller(
    subject="till",
    programs=frozenset({"p1"}),
    roles=frozenset({"POS"}),
    brands=frozenset({"*"}),
    regions=frozenset(),
    locations=frozenset({"l1"}),
)


def test_a_named_program_is_covered() -> None:
    TILL.require_program("p1")


def test_another_program_is_not_allowed() -> None:
    with pytest.raises(Refusal) as refused:
        TILL.require_program("p2")
    assert (refused.value.reason, refused.value.metadata) == ("PROGRAM_NOT_ALLOWED", {"program_id": "p2"})


def test_a_star_covers_everything() -> None:
    TILL.require_brand("any")


def test_another_location_is_not_allowed() -> None:
    with pytest.raises(Refusal) as refused:
        TILL.require_location("l2")
    assert refused.value.reason == "DIVISION_NOT_ALLOWED"


def test_there_is_no_caller_outside_of_an_rpc() -> None:
    with pytest.raises(LookupError):
        current_caller()
