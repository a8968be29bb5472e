"""LinkIdentifier against the real database."""

import asyncio

import pytest

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll, link, question
from tests.integration.identity.house import Stub


async def test_a_linked_identifier_points_to_the_member(till: Stub) -> None:
    member = (await till.EnrollMember(enroll(email("link")))).member
    answer = await till.LinkIdentifier(link(member.member_id, card("L-1")))
    assert [identifier.value for identifier in answer.member.identifiers] == ["link@example.com", "L1"]
    assert (await till.ResolveMember(question(card("l1")))).resolution.member_id == member.member_id


async def test_linking_what_is_linked_changes_nothing(till: Stub) -> None:
    member = (await till.EnrollMember(enroll(email("twice")))).member
    answer = await till.LinkIdentifier(link(member.member_id, email("Twice")))
    assert answer.member == member


async def test_an_identifier_of_another_member_is_taken(till: Stub) -> None:
    owner = (await till.EnrollMember(enroll(email("owner")))).member
    other = (await till.EnrollMember(enroll(email("other")))).member
    with pytest.raises(Refusal) as refused:
        await till.LinkIdentifier(link(other.member_id, email("owner")))
    assert refused.value.reason == "IDENTIFIER_TAKEN"
    assert owner.member_id not in str(refused.value.metadata)
    assert (await till.ResolveMember(question(email("owner")))).resolution.member_id == owner.member_id


async def test_a_member_that_does_not_exist_is_not_found_and_takes_no_identifier(till: Stub) -> None:
    with pytest.raises(Refusal) as refused:
        await till.LinkIdentifier(link("mem_nobody", card("FREE")))
    assert refused.value.reason == "MEMBER_NOT_FOUND"
    assert (await till.EnrollMember(enroll(card("FREE")))).created


async def test_two_members_that_want_one_identifier_at_once_do_not_both_get_it(till: Stub) -> None:
    members = [(await till.EnrollMember(enroll(email(f"want-{n}")))).member.member_id for n in range(20)]
    answers = await asyncio.gather(
        *(till.LinkIdentifier(link(member, card("WANTED"))) for member in members), return_exceptions=True
    )
    refused = [answer.reason for answer in answers if isinstance(answer, Refusal)]
    assert refused == ["IDENTIFIER_TAKEN"] * 19


async def test_links_and_enrolments_of_the_same_identifiers_at_once_agree(till: Stub) -> None:
    member = (await till.EnrollMember(enroll(email("mixed")))).member.member_id
    links = [till.LinkIdentifier(link(member, card(f"MIX{n % 5}"))) for n in range(20)]
    enrolments = [till.EnrollMember(enroll(card(f"MIX{n % 5}"), email("mixed"))) for n in range(20)]
    linked, enrolled = await asyncio.gather(asyncio.gather(*links), asyncio.gather(*enrolments))
    members = {answer.member.member_id for answer in linked} | {answer.member.member_id for answer in enrolled}
    assert members == {member}


async def test_a_member_has_so_many_identifiers_and_no_more(till: Stub) -> None:
    member = (await till.EnrollMember(enroll(card("ROOM")))).member.member_id
    for part in range(5):
        await till.EnrollMember(enroll(card("ROOM"), *(card(f"ROOM-{part}-{number}") for number in range(12))))
    room = [card(f"ROOM-LAST-{number}") for number in range(3)]
    for identifier in room:
        await till.LinkIdentifier(link(member, identifier))
    more = (
        till.LinkIdentifier(link(member, card("ROOM-MORE"))),
        till.EnrollMember(enroll(card("ROOM"), card("ROOM-MORE"))),
    )
    for call in more:
        with pytest.raises(Refusal) as refused:
            await call
        assert (refused.value.reason, refused.value.metadata["most"]) == ("TOO_MANY_VALUES", "64")
    # What is hers already is linked anew, and what was refused points to nobody.
    await till.LinkIdentifier(link(member, room[0]))
    assert (await till.EnrollMember(enroll(card("ROOM-MORE")))).created
