"""The order of precedence knows every reason of the ledger, each once."""

from collections import Counter

from tests.support import reference
from tests.support.precedence import STAGES


def test_every_reason_of_the_ledger_has_its_place() -> None:
    placed = {reason for stage in STAGES for reason in stage.reasons}
    assert {reason.name for reason in reference.reasons() if reason.area == "ledger"} <= placed


def test_no_reason_has_two_places_and_none_is_invented() -> None:
    placed = Counter(reason for stage in STAGES for reason in stage.reasons)
    assert [reason for reason, times in placed.items() if times > 1] == []
    assert placed.keys() <= {reason.name for reason in reference.reasons()}
