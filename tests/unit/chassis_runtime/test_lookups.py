"""What a look-up is charged, and what is a repeat that costs nothing."""

import pytest
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import member_pb2

from chassis.runtime.caller import Caller
from chassis.runtime.velocity.lookups import Lookups
from chassis.runtime.velocity.velocity import Velocity
from chassis.values.refusal import Refusal
from identity_service.app.lookups import TAKING

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
    limits.answered(who, request, ledger.PostOrderResponse())


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


def enrolment(request_id: str, *cards: str) -> identity.EnrollMemberRequest:
    kind = member_pb2.IDENTIFIER_KIND_CARD
    names = [member_pb2.Identifier(kind=kind, value=card) for card in cards]
    return identity.EnrollMemberRequest(program_id="p", request_id=request_id, identifiers=names)


def linking(request_id: str, card: str) -> identity.LinkIdentifierRequest:
    one = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=card)
    return identity.LinkIdentifierRequest(program_id="p", request_id=request_id, identifier=one)


def claim(limits: Lookups, request: object, answer: object, who: Caller | None = None) -> None:
    limits.begin(who or caller(), request)
    limits.answered(who or caller(), request, answer)


def test_an_answer_that_says_a_name_was_nobodys_is_counted_too() -> None:
    """Or whoever guesses would enroll, and link, instead of asking."""
    limits = Lookups(
        Velocity(now=lambda: 0), "loyalty.type.v1.Identifier", "SERVICE", lookups=0, missed=0, taken=6, taking=TAKING
    )
    made = identity.EnrollMemberResponse(created=True)
    known = identity.EnrollMemberResponse()
    claim(limits, enrolment("one", "C-1", "C-2", "C-3"), made)
    for _ in range(3):
        # A repeat, and who is known by all that she shows.
        claim(limits, enrolment("one", "C-1", "C-2", "C-3"), made)
        claim(limits, enrolment("known", "C-1"), known)
    claim(limits, enrolment("more", "C-1", "C-4", "C-5"), known)
    claim(limits, linking("last", "C-6"), identity.LinkIdentifierResponse())
    for request in (enrolment("two", "C-7"), linking("next", "C-8")):
        with pytest.raises(Refusal, match="TOO_FREQUENT") as refused:
            limits.begin(caller(), request)
        assert refused.value.metadata["limit"] == "taken_identifiers_per_caller"
    limits.begin(caller(), sale("sale", "C-1"))
    claim(limits, enrolment("service", "C-9"), made, caller("shop", "SERVICE"))
    claim(limits, enrolment("another", "C-9"), made, caller("another"))
