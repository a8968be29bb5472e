"""Verifying, unlinking and moving identifiers, and what is told of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from loyalty.identity.v1 import identifier_pb2
from loyalty.type.v1 import member_pb2

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import (
    card,
    email,
    enroll,
    history,
    link,
    move,
    phone,
    proof,
    question,
    unlink,
    verify,
    whole,
)
from tests.integration.identity.house import House, Stub
from tests.integration.identity.test_bad_input import violations_of
from tests.integration.identity.test_records import audit_of
from tests.integration.identity.test_resolve_members import merge

Action = identifier_pb2.IdentifierAction


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(house: House) -> AsyncIterator[Stub]:
    """Headquarters and a service in one."""
    async with house.stub("desk", roles=("HEADQUARTERS_ADMIN", "SERVICE")) as stub:
        yield stub


async def enrolled(desk: Stub, *names: str) -> list[str]:
    return [(await desk.EnrollMember(enroll(email(name)))).member.member_id for name in names]


async def reason_of(call: object) -> str:
    with pytest.raises(Refusal) as refused:
        await call  # type: ignore[misc]
    return refused.value.reason


async def actions_of(desk: Stub, member: str) -> list[str]:
    entries = (await desk.ListIdentifierHistory(history(member))).entries
    return [Action.Name(entry.action).removeprefix("IDENTIFIER_ACTION_") for entry in entries]


async def test_an_identifier_is_unverified_until_it_is_verified(desk: Stub) -> None:
    [member] = await enrolled(desk, "verified")
    [before] = (await desk.GetMember(whole(member))).person.identifiers
    assert not before.HasField("verification")
    told = (await desk.VerifyIdentifier(verify(member, email("verified")))).identifier
    assert (told.verification.proof, told.verification.caller) == (proof(), "desk")
    [after] = (await desk.GetMember(whole(member))).person.identifiers
    assert after == told


async def test_a_phone_as_dialled_in_its_region_is_the_international_one(desk: Stub) -> None:
    member = (await desk.EnrollMember(enroll(phone("030 901820", "DE")))).member
    assert [identifier.value for identifier in member.identifiers] == ["+4930901820"]
    assert (await desk.ResolveMember(question(phone("+49 (0)30 901820")))).resolution.member_id == member.member_id


@pytest.mark.parametrize(
    ("identifier", "field"),
    [
        (phone("030 901820", "XX"), "identifiers[0].region_code"),
        (phone("030 901820"), "identifiers[0].value"),
        (phone("030 901820 ext. 5", "DE"), "identifiers[0].value"),
    ],
)
async def test_a_region_is_one_of_the_world(desk: Stub, identifier: member_pb2.Identifier, field: str) -> None:
    faults = await violations_of(desk.EnrollMember(enroll(identifier)))
    assert faults.keys() == {field}


async def test_a_region_is_one_of_phones_alone(desk: Stub) -> None:
    identifier = card("REGION1")
    identifier.region_code = "DE"
    assert (await violations_of(desk.EnrollMember(enroll(identifier)))).keys() == {"identifiers[0].region_code"}


async def test_an_unlinked_identifier_points_to_nobody_and_may_be_linked_to_anybody(desk: Stub) -> None:
    one, other = await enrolled(desk, "lost-1", "lost-2")
    await desk.LinkIdentifier(link(one, card("LOST1")))
    entry = (await desk.UnlinkIdentifier(unlink(one, card("lost1")))).entry
    assert (entry.number, entry.link_number, entry.identifier.value) == (3, 2, "LOST1")
    assert await reason_of(desk.ResolveMember(question(card("LOST1")))) == "MEMBER_NOT_FOUND"
    await desk.LinkIdentifier(link(other, card("LOST1")))
    assert (await desk.ResolveMember(question(card("LOST1")))).resolution.member_id == other
    assert [linked.identifier.value for linked in (await desk.GetMember(whole(one))).person.identifiers] == [
        "lost-1@example.com"
    ]


async def test_an_unlinked_identifier_may_come_back(desk: Stub) -> None:
    [member] = await enrolled(desk, "back")
    await desk.VerifyIdentifier(verify(member, email("back")))
    await desk.UnlinkIdentifier(unlink(member, email("back")))
    await desk.LinkIdentifier(link(member, email("back")))
    assert await actions_of(desk, member) == ["LINKED", "VERIFIED", "UNLINKED", "LINKED"]
    [linked] = (await desk.GetMember(whole(member))).person.identifiers
    assert (linked.link_number, linked.HasField("verification")) == (4, False)


async def test_a_moved_identifier_is_the_others_and_verified(desk: Stub, house: House) -> None:
    old, new = await enrolled(desk, "giver", "taker")
    await desk.LinkIdentifier(link(old, card("GIFT1")))
    entry = (await desk.MoveIdentifier(move(old, new, card("GIFT1"), request_id="gift"))).entry
    assert (entry.action, entry.other_member_id) == (Action.IDENTIFIER_ACTION_MOVED_IN, old)
    assert (await desk.ResolveMember(question(card("GIFT1")))).resolution.member_id == new
    [_, linked] = (await desk.GetMember(whole(new))).person.identifiers
    assert linked.verification.proof.reference == "case-7"
    assert await actions_of(desk, old) == ["LINKED", "LINKED", "MOVED_OUT"]
    assert await actions_of(desk, new) == ["LINKED", "MOVED_IN"]
    out, into = (await audit_of(house, old))[-1], (await audit_of(house, new))[-1]
    assert (out["action"], into["action"]) == ("IDENTIFIER_MOVED_OUT", "IDENTIFIER_MOVED_IN")
    assert json.loads(into["detail"]) == {
        "entry": 2,
        "kind": "CARD",
        "ordinal": 2,
        "other_member_id": old,
        "proof": "DOCUMENT_SEEN",
        "reason": "NEW_OWNER",
    }


async def test_what_does_not_point_to_the_member_cannot_be_changed(desk: Stub) -> None:
    one, other = await enrolled(desk, "not-mine-1", "not-mine-2")
    foreign = email("not-mine-2")
    for call in (
        desk.VerifyIdentifier(verify(one, foreign)),
        desk.UnlinkIdentifier(unlink(one, foreign)),
        desk.MoveIdentifier(move(one, other, foreign)),
        desk.UnlinkIdentifier(unlink(one, email("nobodys"))),
    ):
        assert await reason_of(call) == "IDENTIFIER_NOT_FOUND"
    assert await reason_of(desk.VerifyIdentifier(verify("mem_nobody", foreign))) == "MEMBER_NOT_FOUND"
    assert await reason_of(desk.MoveIdentifier(move(other, "mem_nobody", foreign))) == "MEMBER_NOT_FOUND"


async def test_a_repeat_gets_the_answer_of_then(desk: Stub) -> None:
    one, other = await enrolled(desk, "repeat-1", "repeat-2")
    calls: list[tuple[Any, Any]] = [
        (desk.VerifyIdentifier, verify(one, email("repeat-1"))),
        (desk.MoveIdentifier, move(one, other, email("repeat-1"))),
        (desk.UnlinkIdentifier, unlink(other, email("repeat-2"))),
    ]
    for call, request in calls:
        first = await call(request)
        again = call(request)
        assert await again == first
        assert dict(await again.trailing_metadata())["replayed"] == "true"


async def test_an_enrolment_is_repeated_as_it_was_before_an_unlinking(desk: Stub) -> None:
    request = enroll(email("as-it-was"), card("ASITWAS"))
    first = await desk.EnrollMember(request)
    await desk.UnlinkIdentifier(unlink(first.member.member_id, card("ASITWAS")))
    await desk.LinkIdentifier(link(first.member.member_id, card("LATER1")))
    assert await desk.EnrollMember(request) == first


async def test_another_intent_under_the_same_id_is_refused(desk: Stub) -> None:
    one, other = await enrolled(desk, "intent-1", "intent-2")
    await desk.VerifyIdentifier(verify(one, email("intent-1"), request_id="intents"))
    for call in (
        desk.UnlinkIdentifier(unlink(one, email("intent-1"), request_id="intents")),
        desk.VerifyIdentifier(verify(other, email("intent-2"), request_id="intents")),
    ):
        assert await reason_of(call) == "REQUEST_ID_REUSED"


async def test_all_faults_of_a_move_are_listed(desk: Stub) -> None:
    request = move("mem x", "mem x", card("\0"), request_id="ä")
    request.reason = identifier_pb2.IDENTIFIER_CHANGE_REASON_UNSPECIFIED
    request.proof.CopyFrom(proof("no id"))
    assert (await violations_of(desk.MoveIdentifier(request))).keys() == {
        "request_id",
        "from_member_id",
        "to_member_id",
        "identifier.value",
        "reason",
        "proof.reference",
    }


async def test_a_proof_names_what_is_kept_of_it_unless_a_card_was_seen(desk: Stub) -> None:
    [member] = await enrolled(desk, "seen")
    await desk.LinkIdentifier(link(member, card("SEEN-1")))
    request = verify(member, card("SEEN-1"))
    request.proof.CopyFrom(proof(""))
    assert (await violations_of(desk.VerifyIdentifier(request))).keys() == {"proof.reference"}
    request.proof.CopyFrom(proof("", identifier_pb2.IDENTIFIER_PROOF_METHOD_CARD_SEEN))
    assert (await desk.VerifyIdentifier(request)).identifier.HasField("verification")


async def test_a_card_that_was_seen_proves_no_address(desk: Stub) -> None:
    [member] = await enrolled(desk, "seen-too")
    request = verify(member, email("seen-too"))
    request.proof.CopyFrom(proof("case-1", identifier_pb2.IDENTIFIER_PROOF_METHOD_CARD_SEEN))
    assert (await violations_of(desk.VerifyIdentifier(request))).keys() == {"proof.method"}


async def test_history_comes_in_pages_of_its_own_question(desk: Stub) -> None:
    [member, other] = await enrolled(desk, "pages", "other-pages")
    for number in range(6):
        await desk.LinkIdentifier(link(member, card(f"PAGES{number}")))
    numbers, token = [], ""
    while True:
        page = await desk.ListIdentifierHistory(history(member, page_size=3, page_token=token))
        numbers.append([entry.number for entry in page.entries])
        token = page.next_page_token
        if not token:
            break
        foreign = desk.ListIdentifierHistory(history(other, page_token=token))
        assert (await violations_of(foreign)).keys() == {"page_token"}
    assert numbers == [[1, 2, 3], [4, 5, 6], [7]]


async def test_a_merged_person_shows_the_identifiers_of_every_home(desk: Stub, house: House) -> None:
    absorbed, root = await enrolled(desk, "whole-1", "whole-2")
    async with house.sql(owner=True) as sql:
        await merge(sql, absorbed, root)
    person = (await desk.GetMember(whole(absorbed))).person
    assert (person.root_member_id, list(person.home_member_ids)) == (root, [root, absorbed])
    assert {(linked.member_id, linked.identifier.value) for linked in person.identifiers} == {
        (absorbed, "whole-1@example.com"),
        (root, "whole-2@example.com"),
    }


async def test_two_moves_at_once_leave_one_owner(desk: Stub) -> None:
    members = await enrolled(desk, *(f"move-race-{n}" for n in range(6)))
    await desk.LinkIdentifier(link(members[0], card("MOVERACE1")))
    answers = await asyncio.gather(
        *(desk.MoveIdentifier(move(members[0], member, card("MOVERACE1"))) for member in members[1:]),
        return_exceptions=True,
    )
    refused = [answer.reason for answer in answers if isinstance(answer, Refusal)]
    assert refused == ["IDENTIFIER_NOT_FOUND"] * 4
    owner = (await desk.ResolveMember(question(card("MOVERACE1")))).resolution.member_id
    holding = [
        member
        for member in members
        if any(one.identifier.value == "MOVERACE1" for one in (await desk.GetMember(whole(member))).person.identifiers)
    ]
    assert holding == [owner]


async def test_links_unlinkings_moves_and_enrolments_at_once_leave_one_owner(desk: Stub) -> None:
    """Whatever wins, the directory and the members' own lists agree afterwards."""
    one, two, three = await enrolled(desk, "storm-1", "storm-2", "storm-3")
    await desk.LinkIdentifier(link(one, card("STORM")))
    calls: list[Any] = []
    for _ in range(8):
        calls += [
            desk.LinkIdentifier(link(two, card("STORM"))),
            desk.UnlinkIdentifier(unlink(one, card("STORM"))),
            desk.MoveIdentifier(move(one, three, card("STORM"))),
            desk.MoveIdentifier(move(three, one, card("STORM"))),
            desk.EnrollMember(enroll(card("STORM"), card("STORM-MATE"))),
        ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    reasons = {answer.reason for answer in answers if isinstance(answer, Refusal)}
    assert reasons <= {"IDENTIFIER_TAKEN", "IDENTIFIER_NOT_FOUND", "IDENTIFIERS_OF_SEVERAL_MEMBERS"}
    owner = (await desk.EnrollMember(enroll(card("STORM")))).member.member_id
    holding = []
    for member in {one, two, three, owner}:
        linked = (await desk.GetMember(whole(member))).person.identifiers
        holding += [member for each in linked if each.identifier.value == "STORM"]
    assert holding == [owner]
