"""What rules may look at of a member: set at the enrolment and by UpdateMember, told where a member is resolved."""

import json

import pytest
from loyalty.identity.v1 import member_pb2

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import batch, card, email, enroll, link, month_day, question, update
from tests.integration.identity.house import House, Stub
from tests.integration.identity.test_bad_input import violations_of
from tests.integration.identity.test_records import audit_of
from tests.integration.identity.test_resolve_members import merge


async def enrolled(till: Stub, name: str, birthday: tuple[int, int] | None = None) -> str:
    return str((await till.EnrollMember(enroll(email(name), birthday=birthday))).member.member_id)


async def resolved(till: Stub, member: str) -> member_pb2.Resolution:
    return (await till.ResolveMember(question(member))).resolution


async def test_an_enrolment_tells_the_birthday(till: Stub) -> None:
    answer = await till.EnrollMember(enroll(email("born"), birthday=(2, 29)))
    assert answer.member.birthday == month_day((2, 29))
    assert (await resolved(till, answer.member.member_id)).birthday == month_day((2, 29))


async def test_a_birthday_that_is_not_told_is_absent(till: Stub) -> None:
    resolution = await resolved(till, await enrolled(till, "unborn"))
    assert not resolution.HasField("birthday")
    assert list(resolution.segments) == []


async def test_a_later_enrolment_tells_a_birthday_that_was_not_known(till: Stub) -> None:
    await enrolled(till, "later")
    member = await enrolled(till, "later", (6, 1))
    assert (await resolved(till, member)).birthday == month_day((6, 1))


async def test_a_birthday_that_is_known_stays_at_an_enrolment(till: Stub) -> None:
    await enrolled(till, "stays", (6, 1))
    member = await enrolled(till, "stays", (7, 2))
    assert (await resolved(till, member)).birthday == month_day((6, 1))


async def test_an_update_sets_what_it_names_and_leaves_the_rest(till: Stub) -> None:
    member = await enrolled(till, "parts", (6, 1))
    await till.UpdateMember(update(member, segments=["vip", "staff"]))
    answer = await till.UpdateMember(update(member, birthday=(7, 2)))
    assert (answer.member.birthday, list(answer.member.segments)) == (month_day((7, 2)), ["staff", "vip"])
    resolution = await resolved(till, member)
    assert (resolution.birthday, list(resolution.segments)) == (month_day((7, 2)), ["staff", "vip"])


async def test_an_empty_set_of_segments_takes_all_away(till: Stub) -> None:
    member = await enrolled(till, "emptied")
    await till.UpdateMember(update(member, segments=["vip"]))
    assert list((await till.UpdateMember(update(member, segments=[]))).member.segments) == []


async def test_a_repeated_update_gets_the_answer_it_got_whatever_came_since(till: Stub) -> None:
    member = await enrolled(till, "replayed", (6, 1))
    request = update(member, segments=["vip"])
    first = await till.UpdateMember(request)
    await till.UpdateMember(update(member, birthday=(7, 2), segments=["staff"]))
    await till.LinkIdentifier(link(member, card("REPLAYED1")))
    call = till.UpdateMember(request)
    again = await call
    assert again.SerializeToString() == first.SerializeToString()
    assert dict(await call.trailing_metadata())["replayed"] == "true"


async def test_a_repeated_enrolment_shows_the_profile_of_then(till: Stub) -> None:
    request = enroll(email("then"), birthday=(6, 1))
    first = await till.EnrollMember(request)
    await till.UpdateMember(update(first.member.member_id, birthday=(7, 2)))
    assert await till.EnrollMember(request) == first


async def test_the_order_of_segments_does_not_make_another_intent(till: Stub) -> None:
    member = await enrolled(till, "ordered")
    first = await till.UpdateMember(update(member, segments=["a", "b"], request_id="ordered"))
    assert await till.UpdateMember(update(member, segments=["b", "a"], request_id="ordered")) == first


async def test_another_update_under_the_same_id_is_refused(till: Stub) -> None:
    member = await enrolled(till, "reused")
    await till.UpdateMember(update(member, birthday=(1, 1), request_id="reused"))
    for other in (
        till.UpdateMember(update(member, birthday=(1, 2), request_id="reused")),
        till.UpdateMember(update(member, birthday=(1, 1), segments=[], request_id="reused")),
        till.EnrollMember(enroll(email("reused"), birthday=(1, 1), request_id="reused")),
    ):
        with pytest.raises(Refusal) as refused:
            await other
        assert refused.value.reason == "REQUEST_ID_REUSED"


async def test_nobody_is_updated_who_is_not_there(till: Stub) -> None:
    with pytest.raises(Refusal) as refused:
        await till.UpdateMember(update("mem_nobody", birthday=(1, 1)))
    assert refused.value.reason == "MEMBER_NOT_FOUND"


async def test_a_change_is_audited_without_what_it_says(till: Stub, house: House) -> None:
    member = await enrolled(till, "audited-profile", (6, 1))
    await till.UpdateMember(update(member, segments=["vip-zq"], request_id="u-1"))
    records = await audit_of(house, member)
    assert [(r["action"], json.loads(r["detail"])) for r in records[1:]] == [
        ("PROFILE_CHANGED", {"changed": ["birthday"], "profile": 1}),
        ("PROFILE_CHANGED", {"changed": ["segments"], "profile": 2}),
    ]
    assert (records[-1]["request_id"], records[-1]["caller"]) == ("u-1", "till")


async def test_an_update_that_changes_nothing_is_not_audited(till: Stub, house: House) -> None:
    member = await enrolled(till, "quiet-profile", (6, 1))
    await till.UpdateMember(update(member, birthday=(6, 1), segments=[]))
    assert len(await audit_of(house, member)) == 2


@pytest.mark.parametrize("day", [(0, 1), (13, 1), (2, 30), (4, 31), (12, 0), (1, -1), (1, 32), (0, 0)])
async def test_a_day_that_no_year_has_is_malformed(till: Stub, day: tuple[int, int]) -> None:
    assert (await violations_of(till.EnrollMember(enroll(email("no-day"), birthday=day)))).keys() == {"birthday"}
    assert (await violations_of(till.UpdateMember(update("mem_1", birthday=day)))).keys() == {"birthday"}


async def test_all_faults_of_an_update_are_listed(till: Stub) -> None:
    request = update("mem x", birthday=(2, 30), segments=["a b", "vip", "vip"], request_id="ä")
    faults = await violations_of(till.UpdateMember(request))
    assert faults.keys() == {
        "request_id",
        "member_id",
        "birthday",
        "segments.segment_ids[0]",
        "segments.segment_ids",
    }


async def test_an_update_of_nothing_is_malformed(till: Stub) -> None:
    assert (await violations_of(till.UpdateMember(update("mem_1")))).keys() == {"birthday"}


async def test_a_member_is_in_at_most_64_segments(till: Stub) -> None:
    member = await enrolled(till, "many")
    await till.UpdateMember(update(member, segments=[f"s{n}" for n in range(64)]))
    faults = await violations_of(till.UpdateMember(update(member, segments=[f"s{n}" for n in range(65)])))
    assert faults.keys() == {"segments.segment_ids"}


async def test_a_profile_is_told_to_services_alone(till: Stub, house: House) -> None:
    member = await enrolled(till, "private", (6, 1))
    await till.UpdateMember(update(member, segments=["vip"]))
    async with house.stub("desk", roles=("POS", "HEADQUARTERS_ADMIN")) as desk:
        resolution = (await desk.ResolveMember(question(member))).resolution
    assert not resolution.HasField("birthday")
    assert list(resolution.segments) == []
    assert resolution.HasField("enroll_time")
    [told] = (await till.BatchResolveMembers(batch(question(member)))).results
    assert (told.resolution.birthday, list(told.resolution.segments)) == (month_day((6, 1)), ["vip"])


async def test_a_till_may_not_update(till: Stub, house: House) -> None:
    async with house.stub("desk", roles=("POS",)) as desk:
        with pytest.raises(Refusal) as refused:
            await desk.UpdateMember(update("mem_1", birthday=(1, 1)))
    assert refused.value.reason == "ROLE_NOT_ALLOWED"


async def test_a_merged_person_has_the_profile_of_the_root(till: Stub, house: House) -> None:
    absorbed, root = await enrolled(till, "was-another", (6, 1)), await enrolled(till, "is-one")
    async with house.sql(owner=True) as sql:
        await merge(sql, absorbed, root)
    assert not (await resolved(till, absorbed)).HasField("birthday")
    answer = await till.UpdateMember(update(absorbed, birthday=(7, 2), segments=["vip"]))
    assert answer.member.member_id == root
    for member in (absorbed, root):
        resolution = await resolved(till, member)
        assert (resolution.birthday, list(resolution.segments)) == (month_day((7, 2)), ["vip"])
        assert resolution.enroll_time == answer.member.enroll_time
