"""What a look-up is charged, and what is a repeat that costs nothing."""

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import member_pb2

from chassis.runtime.caller import Caller
from chassis.runtime.velocity.lookups import Lookups
from chassis.runtime.velocity.velocity import Velocity
from chassis.values.refusal import Refusal

NOBODY = frozenset[str]()


def lookups(each_minute: int) -> Lookups:
    velocity = Velocity(now=lambda: 0)
    return Lookups(velocity, "loyalty.type.v1.Identifier", "SERVICE", lookups=each_minute, missed=0)


def caller(subject: str = "till", role: str = "POS") -> Caller:
    return Caller(subject, NOBODY, frozenset({role}), NOBODY, NOBODY, NOBODY)


def sale(request_id: str, card: str) -> ledger.PostOrderRequest:
    identifier = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=card)
    member = member_pb2.MemberRef(identifier=identifier)
    return ledger.PostOrderRequest(program_id="p", request_id=request_id, member=member)


def ask(limits: Lookups, who: Caller, request: ledger.PostOrderRequest) -> None:
    limits.begin(who, request)
    limits.answered(who, request)


def test_a_repeat_costs_nothing() -> None:
    limits = lookups(1)
    for _ in range(5):
        ask(limits, caller(), sale("one", "CARD-1"))


def test_the_same_request_id_with_another_card_is_no_repeat() -> None:
    limits = lookups(1)
    ask(limits, caller(), sale("one", "CARD-1"))
    with pytest.raises(Refusal, match="TOO_FREQUENT"):
        ask(limits, caller(), sale("one", "CARD-2"))


def test_anothers_request_is_no_repeat_and_a_service_pays_nothing() -> None:
    limits = lookups(1)
    ask(limits, caller(), sale("one", "CARD-1"))
    ask(limits, caller("other"), sale("two", "CARD-1"))
    with pytest.raises(Refusal, match="TOO_FREQUENT"):
        ask(limits, caller("other"), sale("one", "CARD-1"))
    for number in range(5):
        ask(limits, caller("ledger", "SERVICE"), sale(f"service-{number}", "CARD-1"))


def test_requests_without_an_id_are_never_repeats() -> None:
    limits = lookups(1)
    ask(limits, caller(), sale("", "CARD-1"))
    with pytest.raises(Refusal, match="TOO_FREQUENT"):
        ask(limits, caller(), sale("", "CARD-1"))
