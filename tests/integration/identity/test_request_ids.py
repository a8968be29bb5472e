"""A request id names one intent, per program and caller, for ever."""

import asyncio

import pytest

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll, link
from tests.integration.identity.house import House, Stub


async def trailers(call: object) -> dict[str, str]:
    return dict(await call.trailing_metadata())  # type: ignore[attr-defined]


async def test_a_repeat_gets_the_same_answer_marked_as_replayed(till: Stub) -> None:
    request = enroll(email("again"), card("A1"), request_id="again", home_location_id="loc-1")
    first = await till.EnrollMember(request)
    await till.LinkIdentifier(link(first.member.member_id, card("A2")))
    call = till.EnrollMember(request)
    second = await call
    assert second.SerializeToString() == first.SerializeToString()
    assert (await trailers(call))["replayed"] == "true"


async def test_a_first_answer_is_not_marked_as_replayed(till: Stub) -> None:
    call = till.EnrollMember(enroll(email("fresh")))
    await call
    assert "replayed" not in await trailers(call)


async def test_the_order_and_the_writing_of_identifiers_do_not_make_another_intent(till: Stub) -> None:
    first = await till.EnrollMember(enroll(email("order"), card("O-1"), request_id="order"))
    second = await till.EnrollMember(enroll(card("o1"), email("ORDER"), card("O1"), request_id="order"))
    assert second == first


async def test_another_intent_under_the_same_id_is_refused(till: Stub) -> None:
    first = await till.EnrollMember(enroll(email("intent"), request_id="intent"))
    for other in (
        till.EnrollMember(enroll(email("intent"), request_id="intent", home_location_id="loc-2")),
        till.EnrollMember(enroll(email("intent"), card("I1"), request_id="intent")),
        till.LinkIdentifier(link(first.member.member_id, email("intent"), request_id="intent")),
    ):
        with pytest.raises(Refusal) as refused:
            await other
        assert refused.value.reason == "REQUEST_ID_REUSED"


async def test_callers_and_programs_have_request_ids_of_their_own(till: Stub, house: House) -> None:
    mine = await till.EnrollMember(enroll(email("scope-1"), request_id="scope"))
    elsewhere = await till.EnrollMember(enroll(email("scope-2"), request_id="scope", program_id="isle"))
    async with house.stub("another-till") as other:
        theirs = await other.EnrollMember(enroll(email("scope-3"), request_id="scope"))
    assert len({answer.member.member_id for answer in (mine, elsewhere, theirs)}) == 3


async def test_one_request_sent_many_times_at_once_is_carried_out_once(till: Stub) -> None:
    request = enroll(email("burst"), request_id="burst")
    calls = [till.EnrollMember(request) for _ in range(30)]
    answers = await asyncio.gather(*calls)
    replayed = [(await trailers(call)).get("replayed") for call in calls]
    assert {answer.SerializeToString() for answer in answers} == {answers[0].SerializeToString()}
    assert replayed.count("true") == 29


async def test_different_intents_under_one_id_at_once_leave_one(till: Stub) -> None:
    answers = await asyncio.gather(
        *(till.EnrollMember(enroll(email(f"clash-{n}"), request_id="clash")) for n in range(10)),
        return_exceptions=True,
    )
    assert [answer.reason for answer in answers if isinstance(answer, Refusal)] == ["REQUEST_ID_REUSED"] * 9


async def test_a_refused_call_leaves_its_id_free(till: Stub) -> None:
    with pytest.raises(Refusal):
        await till.LinkIdentifier(link("mem_nobody", card("P1"), request_id="free"))
    assert (await till.EnrollMember(enroll(card("P1"), request_id="free"))).created
