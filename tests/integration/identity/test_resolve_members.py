"""ResolveMember and BatchResolveMembers against the real database."""

import asyncpg
import pytest
from loyalty.identity.v1 import member_pb2

from chassis.values.ids import bucket_of
from chassis.values.refusal import Refusal
from tests.integration.identity.calls import batch, card, email, enroll, question
from tests.integration.identity.house import House, Stub


async def enrolled(till: Stub, name: str, home_location_id: str = "") -> str:
    answer = await till.EnrollMember(enroll(email(name), home_location_id=home_location_id))
    return str(answer.member.member_id)


async def merge(sql: asyncpg.Connection, absorbed: str, survivor: str) -> None:
    """What a merge writes: a link and one more merge on both."""
    await sql.execute(
        "INSERT INTO member_link (bucket, program_id, member_id, survivor_bucket, survivor_member_id, link_time)"
        " VALUES ($1, 'grove', $2, $3, $4, now())",
        bucket_of("grove", absorbed),
        absorbed,
        bucket_of("grove", survivor),
        survivor,
    )
    await sql.execute("UPDATE member SET merge_seq = merge_seq + 1 WHERE member_id = ANY($1)", [absorbed, survivor])


async def test_a_member_without_merges_is_its_own_root_and_only_home(till: Stub) -> None:
    member = await enrolled(till, "alone", home_location_id="loc-7")
    answer = await till.ResolveMember(question(email("ALONE")))
    assert answer.resolution.HasField("enroll_time")
    answer.resolution.ClearField("enroll_time")
    assert answer.resolution == member_pb2.Resolution(
        member_id=member, root_member_id=member, home_member_ids=[member], merge_seq=0, home_location_id="loc-7"
    )


async def test_a_member_id_resolves_like_its_identifiers(till: Stub) -> None:
    member = await enrolled(till, "by-id")
    by_id = await till.ResolveMember(question(member))
    by_email = await till.ResolveMember(question(email("by-id")))
    assert by_id == by_email


async def test_chains_of_merges_resolve_to_the_end_with_every_home(till: Stub, house: House) -> None:
    a, b, c, d = [await enrolled(till, f"chain-{n}", home_location_id=f"loc-{n}") for n in range(4)]
    async with house.sql(owner=True) as sql:
        await merge(sql, a, b)
        await merge(sql, d, c)
        await merge(sql, b, c)
    answers = await till.BatchResolveMembers(batch(question(a), question(email("chain-1")), question(c), question(d)))
    enroll_time = (await till.EnrollMember(enroll(email("chain-2")))).member.enroll_time
    for member, result in zip((a, b, c, d), answers.results, strict=True):
        assert result.resolution == member_pb2.Resolution(
            member_id=member,
            root_member_id=c,
            home_member_ids=[c, *sorted((a, b, d))],
            merge_seq=2,
            home_location_id="loc-2",
            enroll_time=enroll_time,
        )


async def test_identifiers_of_members_that_were_merged_enroll_their_root(till: Stub, house: House) -> None:
    absorbed, survivor = await enrolled(till, "absorbed"), await enrolled(till, "survivor")
    async with house.sql(owner=True) as sql:
        await merge(sql, absorbed, survivor)
    answer = await till.EnrollMember(enroll(email("absorbed"), email("survivor"), card("M1")))
    assert answer.member.member_id == survivor
    assert (await till.ResolveMember(question(card("M1")))).resolution.member_id == survivor


async def test_even_links_in_a_circle_end(till: Stub, house: House) -> None:
    one, two = await enrolled(till, "circle-1"), await enrolled(till, "circle-2")
    async with house.sql(owner=True) as sql:
        await merge(sql, one, two)
        await merge(sql, two, one)
    with pytest.raises(Refusal) as refused:
        await till.ResolveMember(question(one))
    assert refused.value.reason == "INTERNAL"


async def test_each_question_of_a_batch_has_its_own_answer_in_order(till: Stub) -> None:
    member = await enrolled(till, "ordered")
    answer = await till.BatchResolveMembers(
        batch(
            question(email("nobody")),
            question(member),
            question("mem_nobody"),
            question(email("not an address")),
            question(email("ordered"), program_id="atlantis"),
            question(email("ordered")),
        )
    )
    outcomes = [
        result.refusal.reason if result.HasField("refusal") else result.resolution.member_id
        for result in answer.results
    ]
    assert outcomes == ["MEMBER_NOT_FOUND", member, "MEMBER_NOT_FOUND", "MALFORMED", "PROGRAM_NOT_FOUND", member]


async def test_a_malformed_question_names_its_own_fields(till: Stub) -> None:
    answer = await till.BatchResolveMembers(batch(question(card("good")), question(card("b@d"))))
    [violation] = answer.results[1].refusal.violations
    assert violation.field == "member.identifier.value"
    assert "b@d" not in violation.description


async def test_a_question_about_a_program_the_token_does_not_cover_is_refused_by_itself(house: House) -> None:
    async with house.stub(programs=("isle",)) as stub:
        answer = await stub.BatchResolveMembers(batch(question("mem_x"), question("mem_x", program_id="isle")))
    assert [result.refusal.reason for result in answer.results] == ["PROGRAM_NOT_ALLOWED", "MEMBER_NOT_FOUND"]


@pytest.mark.parametrize("number", [0, 1_001])
async def test_a_batch_holds_one_to_a_thousand_questions(till: Stub, number: int) -> None:
    with pytest.raises(Refusal) as refused:
        await till.BatchResolveMembers(batch(*[question("mem_x")] * number))
    assert refused.value.reason == "MALFORMED"


async def test_a_thousand_questions_are_answered(till: Stub) -> None:
    member = await enrolled(till, "thousand")
    answer = await till.BatchResolveMembers(batch(*[question(email("thousand")), question(member)] * 500))
    assert {result.resolution.member_id for result in answer.results} == {member}


async def test_only_services_may_ask_in_batches(house: House) -> None:
    async with house.stub(roles=("POS",)) as stub:
        with pytest.raises(Refusal) as refused:
            await stub.BatchResolveMembers(batch(question("mem_x")))
    assert refused.value.reason == "ROLE_NOT_ALLOWED"
