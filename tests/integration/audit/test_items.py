"""Calls about many items: which were refused for want of authority, how many there were, and whom a list told of."""

from typing import Any

import pytest

from chassis.runtime.audit.bounded import RECORDED_A_MINUTE
from chassis.runtime.audit.items import TOLD_EVERY
from chassis.runtime.audit.record import OK, Phase, Subject
from chassis.runtime.item_refusal import refusal_fields
from chassis.runtime.reasons import DIVISION_NOT_ALLOWED, PROGRAM_NOT_ALLOWED
from chassis.values.refusal import refuse
from tests.integration.audit.auditor import chain_of_csv, chain_of_json
from tests.integration.audit.keep import House, KeepRequest, KeepResponse, ManyRequest
from tests.integration.audit.test_reading import CSV, JSON, exported, verdict
from tests.integration.audit.test_recording import GONE

DIVISION = "type.loyalty/DIVISION_NOT_ALLOWED"


async def judged(request: Any) -> Any:
    """Shop 9 is not the caller's, program p9 neither, and shop 8 is unknown."""
    refusals = {"shop-9": DIVISION_NOT_ALLOWED, "shop-8": GONE}
    reason = PROGRAM_NOT_ALLOWED if request.program_id == "p9" else refusals.get(request.location_id)
    if reason is None:
        return KeepResponse(member_id=request.member_id)
    return KeepResponse(refusal=refusal_fields(refuse(reason, "no")))


def item(number: int, location: str = "shop-1", program: str = "p1") -> Any:
    return KeepRequest(program_id=program, request_id=f"r-{number}", member_id=f"mem_{number}", location_id=location)


MIXED = [item(1), item(2, "shop-9"), item(3, "shop-8"), item(4, "shop-9"), item(5, program="p9"), item(6)]


async def test_items_of_a_batch_refused_for_want_of_authority_are_one_record_a_reason(house: House) -> None:
    house.keeper.answer = judged
    async with house.calling("till", programs=["*"]) as (keep, log):
        await keep.SellMany(ManyRequest(items=MIXED))
        await keep.SellMany(ManyRequest(items=[item(1), item(3, "shop-8")]))
        records = await house.records()
        assert (await verdict(log)).broken_number == 0
    told = [(each.entry.result, each.entry.call.program_id, each.entry.refused_items) for each in records]
    assert told == [(DIVISION, "p1", 2), ("type.loyalty/PROGRAM_NOT_ALLOWED", "p9", 1)]
    assert {(each.entry.phase, each.entry.items) for each in records} == {(Phase.REFUSED, 6)}
    assert records[0].entry.call.subjects == (
        Subject("member", "mem_2"),
        Subject("location", "shop-9"),
        Subject("member", "mem_4"),
    )


async def test_a_large_batch_refused_is_still_one_record_and_counts_the_rest(house: House) -> None:
    house.keeper.answer = judged
    async with house.calling("till", programs=["*"]) as (keep, _log):
        await keep.SellMany(ManyRequest(items=[item(number, "shop-9") for number in range(300)]))
    [record] = await house.records()
    assert (record.entry.items, record.entry.refused_items, len(record.entry.call.subjects)) == (300, 300, 64)


@pytest.mark.parametrize("count", [3, TOLD_EVERY + 2])
async def test_items_of_a_stream_are_recorded_in_parts_and_at_its_end(house: House, count: int) -> None:
    house.keeper.answer = judged
    async with house.calling("till", programs=["*"]) as (keep, _log):
        stream = keep.Pour(iter([item(0), *(item(number, "shop-9") for number in range(1, count + 1))]))
        answers = [answer async for answer in stream]
    assert len(answers) == count + 1
    records = await house.records()
    assert sum(record.entry.refused_items for record in records) == count
    assert sum(record.entry.items for record in records) == count + 1
    assert len(records) == 1 + count // TOLD_EVERY


async def test_of_a_stream_that_names_ever_other_programs_no_more_is_remembered(house: House) -> None:
    house.keeper.answer = judged
    async with house.calling("crawler", programs=["*"]) as (keep, _log):
        items = [item(number, "shop-9", f"q{number}") for number in range(TOLD_EVERY + 2)]
        assert len([answer async for answer in keep.Pour(iter(items))]) == len(items)
    records = await house.records()
    assert len(records) == RECORDED_A_MINUTE
    assert {record.entry.items for record in records} == {TOLD_EVERY}


async def test_a_read_of_many_names_everybody_it_told_of(house: House) -> None:
    house.keeper.answer = judged
    async with house.calling("analyst", programs=["*"]) as (keep, _log):
        await keep.LookAtMany(ManyRequest(items=[*(item(number) for number in range(100)), item(100, "shop-8")]))
    [read] = await house.records()
    assert (read.entry.phase, read.entry.result, read.entry.items) == (Phase.READ, OK, 101)
    told = {subject.id for subject in read.entry.call.subjects if subject.kind == "member"}
    assert told == {f"mem_{number}" for number in range(100)}


@pytest.mark.parametrize(("form", "read"), [(JSON, chain_of_json), (CSV, chain_of_csv)])
async def test_counts_of_items_are_part_of_the_chain_and_of_exports(house: House, form: Any, read: Any) -> None:
    house.keeper.answer = judged
    async with house.calling("auditor") as (keep, log):
        await keep.SellMany(ManyRequest(items=MIXED))
        await keep.Change(item(7))
        await house.records()
        text, _ = await exported(log, format=form)
    _, _, told = read(text)
    assert [(each["phase"], each.get("refused_items")) for each in told] == [
        *(("REFUSED", 2), ("REFUSED", 1)),
        *(("INTENT", None), ("OUTCOME", None)),
    ]
