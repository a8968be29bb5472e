"""How often one and the same member may be named, and what no memory holds."""

import pytest
from loyalty.identity.v1 import identity_service_pb2
from loyalty.type.v1 import member_pb2

from chassis.runtime.caller import Caller
from chassis.runtime.velocity.lookups import Lookups
from chassis.runtime.velocity.marks import Mark
from chassis.runtime.velocity.velocity import Velocity
from chassis.values.refusal import Refusal

NAME = member_pb2.Identifier.DESCRIPTOR.full_name


def caller(subject: str, *roles: str) -> Caller:
    nothing = frozenset[str]()
    return Caller(subject, frozenset("p"), frozenset(roles or ("POS",)), nothing, nothing, nothing)


def naming(value: str, program: str = "p") -> identity_service_pb2.ResolveMemberRequest:
    phone = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_PHONE, value=value)
    return identity_service_pb2.ResolveMemberRequest(program_id=program, member=member_pb2.MemberRef(identifier=phone))


@pytest.fixture
def lookups() -> Lookups:
    return Lookups(Velocity(), NAME, "SERVICE", lookups=0, missed=0, per_name=3)


def test_a_member_is_named_so_often_whoever_names_her(lookups: Lookups) -> None:
    for n in range(3):
        lookups.begin(caller(f"till-{n}"), naming("+49 30 901820"))
    with pytest.raises(Refusal) as refused:
        lookups.begin(caller("till-9"), naming("+4930-901820"))
    assert (refused.value.reason, refused.value.metadata["limit"]) == ("TOO_FREQUENT", "lookups_per_member")
    assert "901820" not in str(refused.value.metadata) + refused.value.message
    lookups.begin(caller("till-9"), naming("+49 30 901821"))
    lookups.begin(caller("till-9"), naming("+49 30 901820", program="q"))
    lookups.begin(caller("ledger", "SERVICE"), naming("+49 30 901820"))


def test_one_caller_has_half_of_it_so_that_others_have_some(lookups: Lookups) -> None:
    for _ in range(2):
        lookups.begin(caller("till-1"), naming("+49 30 901820"))
    with pytest.raises(Refusal) as refused:
        lookups.begin(caller("till-1"), naming("+49 30 901820"))
    assert refused.value.metadata["limit"] == "lookups_per_caller_and_member"
    lookups.begin(caller("till-2"), naming("+49 30 901820"))


def test_a_mark_holds_nothing_of_the_name_and_is_another_in_each_process() -> None:
    ours, theirs = Mark(), Mark()
    assert ours.of("p", "2", "+49 30 901820") == ours.of("p", "2", "4930 901820")
    assert ours.of("p", "2", "901820") != ours.of("p", "3", "901820")
    assert ours.of("p", "2", "901820") != theirs.of("p", "2", "901820")
    assert "901820" not in ours.of("p", "2", "901820")
