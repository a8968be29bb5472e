"""MergeService over the wire: what resolves afterwards, lineage in pages, the stream, and who may."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.identity.v1 import merge_pb2
from loyalty.identity.v1 import merge_service_pb2 as messages

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll, question, update
from tests.integration.identity.house import House, Stub
from tests.integration.identity.merging.desk import Desk, open_desk, ref


@pytest_asyncio.fixture(scope="session")
async def desk(house: House) -> AsyncIterator[Desk]:
    """Headquarters."""
    async with open_desk(house) as desk:
        yield desk


async def enrolled(till: Stub, number: str) -> str:
    return str((await till.EnrollMember(enroll(card(number)))).member.member_id)


async def test_identifiers_lead_to_one_root_and_back_again(till: Stub, desk: Desk) -> None:
    a, b = await enrolled(till, "MW1"), await enrolled(till, "MW2")
    await till.UpdateMember(update(b, segments=["own"]))
    change = (await desk.merge(card("MW1"), card("MW2"))).change
    assert (change.survivor_member_id, change.absorbed_member_id) == (a, b)
    assert change.kind == merge_pb2.LINK_KIND_MERGED
    resolution = (await till.ResolveMember(question(card("mw2")))).resolution
    assert (resolution.member_id, resolution.root_member_id) == (b, a)
    assert list(resolution.home_member_ids) == [a, b] == list(change.root_home_member_ids)
    assert resolution.merge_seq == change.merge_seq
    await till.UpdateMember(update(b, segments=["shared"]))
    assert list((await till.ResolveMember(question(a))).resolution.segments) == ["shared"]
    apart = (await desk.unmerge(b)).change
    assert apart.kind == merge_pb2.LINK_KIND_UNMERGED
    assert apart.position == change.position + 1
    assert [list((await till.ResolveMember(question(one))).resolution.segments) for one in (a, b)] == [
        ["shared"],
        ["own"],
    ]


async def test_enrolling_with_cards_of_both_finds_the_root_once_merged(till: Stub, desk: Desk) -> None:
    a, b = await enrolled(till, "ME1"), await enrolled(till, "ME2")
    with pytest.raises(Refusal) as refused:
        await till.EnrollMember(enroll(card("ME1"), card("ME2")))
    assert refused.value.reason == "IDENTIFIERS_OF_SEVERAL_MEMBERS"
    await desk.merge(b, a)
    assert (await till.EnrollMember(enroll(card("ME1"), card("ME2")))).member.member_id == b


async def test_lineage_over_the_wire(till: Stub, desk: Desk) -> None:
    a, b, c = [await enrolled(till, f"ML{number}") for number in range(3)]
    await desk.merge(a, b)
    await desk.merge(c, a, "lineage-2")
    await desk.unmerge(b)
    asked = messages.GetMemberLineageRequest(program_id="grove", member=ref(card("ML0")), page_size=2)
    first = await desk.merges.GetMemberLineage(asked)
    assert (first.member_id, first.root_member_id) == (a, c)
    assert [(link.member_id, link.survivor_member_id) for link in first.links] == [(a, c)]
    asked.page_token = first.next_page_token
    second = await desk.merges.GetMemberLineage(asked)
    assert second.next_page_token == ""
    history = [*first.history, *second.history]
    assert [(entry.change.kind, entry.change.absorbed_member_id) for entry in history] == [
        (merge_pb2.LINK_KIND_UNMERGED, b),
        (merge_pb2.LINK_KIND_MERGED, a),
        (merge_pb2.LINK_KIND_MERGED, b),
    ]
    middle = history[1]
    assert (middle.reason, middle.decided_by, middle.evidence_ref) == ("came with both cards", "Ada Admin", "ticket-7")
    assert (middle.caller, middle.request_id, middle.merge_rule_version) == ("desk", "lineage-2", 0)
    past = messages.GetMemberLineageRequest(program_id="grove", member=ref(b), as_of_time=history[1].change.change_time)
    assert (await desk.merges.GetMemberLineage(past)).root_member_id == c
    asked.member.CopyFrom(ref(b))
    with pytest.raises(Refusal) as refused:
        await desk.merges.GetMemberLineage(asked)
    assert refused.value.reason == "CURSOR_INVALID"


async def test_the_stream_goes_on_where_it_was_left(till: Stub, desk: Desk) -> None:
    a, b = await enrolled(till, "MS1"), await enrolled(till, "MS2")
    merged = (await desk.merge(a, b)).change
    after = [messages.LinkPosition(program_id="grove", position=merged.position - 1)]
    stream = desk.merges.StreamLinks(messages.StreamLinksRequest(program_ids=["grove"], after=after))
    told = aiter(stream)
    assert (await anext(told)).change == merged
    progress = (await anext(told)).progress
    assert [(place.program_id, place.position) for place in progress.positions] == [("grove", merged.position)]
    coming = asyncio.ensure_future(anext(told))
    apart = (await desk.unmerge(b)).change
    assert (await asyncio.wait_for(coming, 1)).change == apart
    stream.cancel()
    request = messages.StreamLinksRequest(after=after, stop_at_head=True)
    rest = [item.change.position async for item in desk.merges.StreamLinks(request) if item.HasField("change")]
    assert rest == [merged.position, apart.position]


async def test_a_cursor_beyond_the_feed_and_foreign_programs_are_refused(house: House, desk: Desk) -> None:
    beyond = messages.StreamLinksRequest(after=[messages.LinkPosition(program_id="grove", position=10**9)])
    with pytest.raises(Refusal) as refused:
        await anext(aiter(desk.merges.StreamLinks(beyond)))
    assert refused.value.reason == "CURSOR_INVALID"
    async with open_desk(house, programs=("isle",)) as narrow:
        with pytest.raises(Refusal) as refused:
            await anext(aiter(narrow.merges.StreamLinks(messages.StreamLinksRequest(program_ids=["grove"]))))
        assert refused.value.reason == "PROGRAM_NOT_ALLOWED"
        with pytest.raises(Refusal) as refused:
            await narrow.merge("mem_x", "mem_y")
        assert refused.value.reason == "PROGRAM_NOT_ALLOWED"


@pytest.mark.parametrize("role", ["POS", "LOCATION_MANAGER", "ANALYST", "FINANCE"])
async def test_others_than_headquarters_may_not(house: House, role: str) -> None:
    async with open_desk(house, roles=(role,)) as other:
        for call in (other.merge("mem_x", "mem_y"), other.unmerge("mem_x"), other.find("mem_x")):
            with pytest.raises(Refusal) as refused:
                await call
            assert refused.value.reason == "ROLE_NOT_ALLOWED"


async def test_every_fault_is_told_at_once_and_no_value_with_it(desk: Desk) -> None:
    request = messages.MergeMembersRequest(program_id="grove", survivor=ref(email("Søren")), reason="a\nb")
    with pytest.raises(Refusal) as refused:
        await desk.merges.MergeMembers(request)
    fields = {violation.field for violation in refused.value.violations}
    assert fields == {"request_id", "survivor.identifier.value", "absorbed", "reason", "decided_by"}
    assert "ren" not in str(refused.value.violations).casefold().replace("different", "")


async def test_a_member_with_many_identifiers_is_merged_by_as_many_statements(
    till: Stub, desk: Desk, house: House
) -> None:
    few, many = await enrolled(till, "MANY"), await enrolled(till, "MANY0")
    for number in range(0, 64, 16):
        cards = [card(f"MANY{number + each}") for each in range(16)]
        await till.EnrollMember(enroll(*cards) if number == 0 else enroll(card("MANY0"), *cards[:15]))
    async with house.sql(owner=True) as sql:
        before = await sql.fetch("SELECT fingerprint, member_id FROM identifier ORDER BY fingerprint")
        await desk.merge(few, many)
        assert await sql.fetch("SELECT fingerprint, member_id FROM identifier ORDER BY fingerprint") == before
