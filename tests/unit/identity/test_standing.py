"""When a link proves, and whose word it is that something was looked at."""

from datetime import UTC, datetime, timedelta

import pytest
from loyalty.rules.v1 import program_pb2

from identity_service.domain.caller import Caller
from identity_service.domain.linked import IdentifierProofMethod
from identity_service.domain.members import MemberKey
from identity_service.domain.standing import FRESH_LINK, Standing, may_state
from identity_service.peers.rules import fresh_link_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def standing(settled: bool) -> Standing:
    return Standing(MemberKey.of("grove", "mem_ann"), NOON, settled, verified=True, merged=False)


def test_a_fresh_link_proves_from_the_end_of_the_span_on() -> None:
    end = NOON + FRESH_LINK
    assert [standing(False).proves(FRESH_LINK, end + timedelta(seconds=second)) for second in (-1, 0)] == [False, True]
    assert standing(False).proves(timedelta(0), NOON)
    assert standing(True).proves(FRESH_LINK, NOON)


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        (program_pb2.RedemptionPolicy(), 24),
        (program_pb2.RedemptionPolicy(fresh_link_hours=0), 0),
        (program_pb2.RedemptionPolicy(fresh_link_hours=72), 72),
    ],
)
def test_who_tells_no_span_means_a_day(told: program_pb2.RedemptionPolicy, hours: int) -> None:
    assert fresh_link_of(told) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("method", "roles"),
    [
        (IdentifierProofMethod.ONE_TIME_CODE, {"POS", "SERVICE", "LOCATION_MANAGER", "HEADQUARTERS_ADMIN"}),
        (IdentifierProofMethod.CARD_SEEN, {"POS", "SERVICE", "LOCATION_MANAGER", "HEADQUARTERS_ADMIN"}),
        (IdentifierProofMethod.DOCUMENT_SEEN, {"LOCATION_MANAGER", "HEADQUARTERS_ADMIN"}),
        (IdentifierProofMethod.OTHER_SYSTEM, {"SERVICE", "HEADQUARTERS_ADMIN"}),
    ],
)
def test_who_may_say_that_something_was_looked_at(method: IdentifierProofMethod, roles: set[str]) -> None:
    every = ("POS", "SERVICE", "LOCATION_MANAGER", "HEADQUARTERS_ADMIN")
    allowed = {role for role in every if not may_state(Caller("one", (role,), frozenset({"*"}), ""), method)}
    assert allowed == roles
