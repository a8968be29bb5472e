"""EnrollMember against the real database."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll, question
from tests.integration.identity.house import House, Stub


async def test_a_first_identifier_makes_a_member(till: Stub) -> None:
    answer = await till.EnrollMember(enroll(email("First"), home_location_id="loc-1"))
    assert answer.created
    assert answer.member.member_id.startswith("mem_")
    assert answer.member.home_location_id == "loc-1"
    assert [identifier.value for identifier in answer.member.identifiers] == ["first@example.com"]


async def test_a_known_identifier_returns_its_member_and_links_the_new_ones(till: Stub) -> None:
    first = await till.EnrollMember(enroll(email("known")))
    second = await till.EnrollMember(enroll(card("K 1"), email("known"), card("K-2"), home_location_id="loc-9"))
    assert not second.created
    assert second.member.member_id == first.member.member_id
    assert [i.value for i in second.member.identifiers] == ["known@example.com", "K1", "K2"]
    assert second.member.home_location_id == ""
    resolved = await till.ResolveMember(question(card("k2")))
    assert resolved.resolution.member_id == first.member.member_id


async def test_identifiers_of_several_members_are_refused_and_change_nothing(till: Stub) -> None:
    one = await till.EnrollMember(enroll(email("several-1")))
    two = await till.EnrollMember(enroll(email("several-2")))
    request = enroll(email("several-1"), email("several-2"), card("SEVERAL"), request_id="several")
    with pytest.raises(Refusal) as refused:
        await till.EnrollMember(request)
    assert refused.value.reason == "IDENTIFIERS_OF_SEVERAL_MEMBERS"
    members = sorted([one.member.member_id, two.member.member_id])
    assert refused.value.metadata["member_ids"] == ", ".join(members)
    corrected = await till.EnrollMember(enroll(card("SEVERAL"), request_id="several"))
    assert corrected.created


async def test_one_identifier_in_two_programs_is_two_members(till: Stub) -> None:
    grove = await till.EnrollMember(enroll(email("both")))
    isle = await till.EnrollMember(enroll(email("both"), program_id="isle"))
    assert isle.created
    assert isle.member.member_id != grove.member.member_id


@pytest.mark.parametrize("connections", [1, 5])
async def test_fifty_enrolments_of_one_email_at_once_make_one_member(house: House, connections: int) -> None:
    async with AsyncExitStack() as stack:
        stubs = [await stack.enter_async_context(house.stub(f"till-{n}")) for n in range(connections)]
        answers = await asyncio.gather(
            *(stubs[n % connections].EnrollMember(enroll(email(f"race-{connections}"))) for n in range(50))
        )
    assert len({answer.member.member_id for answer in answers}) == 1
    assert sum(answer.created for answer in answers) == 1


async def test_enrolments_of_crossed_identifiers_at_once_make_one_member_or_refuse(house: House) -> None:
    names = [card(f"X{n}") for n in range(8)]
    async with house.stub() as stub:
        answers = await asyncio.gather(
            *(stub.EnrollMember(enroll(*names[n:], *names[:n])) for n in range(8) for _ in range(4))
        )
    assert len({answer.member.member_id for answer in answers}) == 1
    async with house.sql(owner=True) as sql:
        member = answers[0].member.member_id
        linked = await sql.fetch("SELECT ordinal FROM identifier_value WHERE member_id = $1 ORDER BY ordinal", member)
    assert [row["ordinal"] for row in linked] == list(range(1, 9))


async def test_identifiers_that_join_one_member_at_once_are_numbered_without_gap(house: House) -> None:
    async with house.stub() as stub:
        first = await stub.EnrollMember(enroll(email("joined")))
        await asyncio.gather(*(stub.EnrollMember(enroll(email("joined"), card(f"J{n}"))) for n in range(20)))
    async with house.sql(owner=True) as sql:
        member = first.member.member_id
        ordinals = await sql.fetchval("SELECT array_agg(ordinal) FROM identifier_value WHERE member_id = $1", member)
        audited = await sql.fetchval("SELECT array_agg(sequence) FROM audit_record WHERE member_id = $1", member)
    assert sorted(ordinals) == list(range(1, 22))
    assert sorted(audited) == list(range(1, 22))
