"""Names of intents, members made from them, and what an enrolment means."""

from datetime import UTC, datetime

import pytest
from loyalty.identity.v1 import person_service_pb2

from chassis.values.refusal import Refusal
from identity_service.domain.enrollment import member_enrolled, one_person
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier, IdentifierKind
from identity_service.domain.members import Resolution, new_member_id
from identity_service.domain.requests import KeptRequest, Outcome, RequestName
from identity_service.wire.people import erasure_of

NAME = RequestName("grove", "till", "r-1")
OUTCOME = Outcome("mem_a", True, 1)


def resolution(member: str, root: str) -> Resolution:
    return Resolution(member, root, (root,), 1, "", datetime(2026, 7, 6, tzinfo=UTC))


def test_a_member_id_depends_on_program_caller_and_request() -> None:
    ids = {
        new_member_id("grove", "till", "r-1"),
        new_member_id("isle", "till", "r-1"),
        new_member_id("grove", "web", "r-1"),
        new_member_id("grove", "till", "r-2"),
    }
    assert len(ids) == 4


def test_a_member_id_is_made_again_from_the_same_request() -> None:
    assert new_member_id("grove", "till", "r-1") == new_member_id("grove", "till", "r-1")


def test_the_same_intent_gets_the_outcome_kept() -> None:
    assert KeptRequest(b"intent", OUTCOME).outcome_for(NAME, b"intent") == OUTCOME


def test_another_intent_under_the_same_name_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        KeptRequest(b"intent", OUTCOME).outcome_for(NAME, b"other")
    assert refused.value.reason == "REQUEST_ID_REUSED"


@pytest.mark.parametrize(
    ("owners", "member"), [({"new"}, "new"), ({"old"}, "old"), ({"old", "new"}, "old"), ({"a", "b", "new"}, None)]
)
def test_identifiers_enroll_the_one_member_they_point_to(owners: set[str], member: str | None) -> None:
    assert member_enrolled(owners, "new") == member


def test_members_of_one_root_are_one_person() -> None:
    assert one_person({"a": resolution("a", "r"), "b": resolution("b", "r")}) == "r"


def test_members_of_several_roots_are_for_a_person_to_judge() -> None:
    with pytest.raises(Refusal) as refused:
        one_person({"b": resolution("b", "b"), "a": resolution("a", "a")})
    assert refused.value.metadata == {"member_ids": "a, b"}


def test_a_fingerprint_depends_on_key_program_kind_and_value() -> None:
    card, pos = Identifier(IdentifierKind.CARD, "A1"), Identifier(IdentifierKind.POS, "A1")
    one, other = Fingerprints(bytes(32)), Fingerprints(bytes(31) + b"\x01")
    made = {
        one.of_identifier("grove", card),
        one.of_identifier("isle", card),
        one.of_identifier("grove", pos),
        one.of_identifier("grove", Identifier(IdentifierKind.CARD, "A2")),
        other.of_identifier("grove", card),
    }
    assert len(made) == 5


def test_who_erases_without_saying_why_is_told_what_there_is_to_say() -> None:
    request = person_service_pb2.EraseMemberRequest(program_id="p", request_id="r", member_id="mem_1")
    with pytest.raises(Refusal, match="must be one of MEMBER_ASKED, RETENTION_ENDED, ORDERED, TEST_DATA"):
        erasure_of(request)
