"""What is recorded, when, and what happens if it cannot be."""

import asyncio
from typing import Any

import asyncpg
import pytest

from chassis.runtime.audit.bounded import RECORDED_A_MINUTE
from chassis.runtime.audit.record import CANCELLED, OK, Phase, Subject
from chassis.runtime.reasons import PROGRAM_NOT_ALLOWED
from chassis.values.refusal import Code, Reason, Refusal, refuse
from deploy.local.databases import Database as Migrated
from tests.integration.audit.keep import MEMBER, House, KeepRequest, KeepResponse

SECRET = "amelia@example.org"
ABOUT_HER = {"program_id": "p1", "request_id": "r-1", "member_id": MEMBER, "location_id": "shop-2", "secret": SECRET}
GONE = Reason("MEMBER_NOT_FOUND", "keep.loyalty", Code.NOT_FOUND)


async def test_a_change_has_an_intent_before_it_and_an_outcome_after_it(house: House) -> None:
    before: list[Phase] = []

    async def answer(_request: Any) -> Any:
        before.extend(record.entry.phase for record in await house.records_now())
        return KeepResponse(member_id=MEMBER)

    house.keeper.answer = answer
    async with house.calling() as (keep, _log):
        await keep.Change(KeepRequest(**ABOUT_HER))
    intent, outcome = await house.records()
    assert before == [Phase.INTENT]
    assert (intent.entry.result, outcome.entry.result) == ("", OK)
    assert outcome.entry.intent_number == intent.link.number


async def test_a_record_says_who_what_on_whom_from_where_and_nothing_personal(house: House) -> None:
    async with house.calling() as (keep, _log):
        await keep.Change(KeepRequest(**ABOUT_HER))
    [intent, _] = await house.records()
    call = intent.entry.call
    assert (call.caller, call.roles, call.program_id, call.request_id) == (
        "office",
        ("HEADQUARTERS_ADMIN",),
        "p1",
        "r-1",
    )
    assert call.method == "audittest.v1.KeepService/Change"
    assert call.subjects == (Subject("member", MEMBER), Subject("location", "shop-2"))
    assert (call.origin, call.caller_location_id) == ("127.0.0.1", "shop-1")
    assert SECRET not in repr(intent)


@pytest.mark.parametrize("planted", ["+14155550123", "amelia@example.org", "4711 0815", "x" * 200, "123456789"])
async def test_what_may_be_personal_in_the_wrong_field_is_withheld(house: House, planted: str) -> None:
    async with house.calling() as (keep, _log):
        await keep.Change(KeepRequest(program_id="p1", member_id=planted, request_id=planted + "@"))
    [intent, _] = await house.records()
    assert intent.entry.call.subjects == (Subject("member", "withheld"),)
    assert intent.entry.call.request_id == "withheld"


async def test_a_refused_change_has_its_reason(house: House) -> None:
    house.keeper.answer = refusing(refuse(GONE, "gone"))
    async with house.calling() as (keep, _log):
        with pytest.raises(Refusal):
            await keep.Change(KeepRequest(**ABOUT_HER))
    assert [record.entry.result for record in await house.records()] == ["", "keep.loyalty/MEMBER_NOT_FOUND"]


async def test_a_fault_of_ours_is_recorded_as_one(house: House) -> None:
    async def fails(_request: Any) -> Any:
        raise ZeroDivisionError

    house.keeper.answer = fails
    async with house.calling() as (keep, _log):
        with pytest.raises(Refusal):
            await keep.Change(KeepRequest(**ABOUT_HER))
    assert [record.entry.result for record in await house.records()] == ["", "INTERNAL"]


async def test_a_change_whose_caller_has_gone_is_carried_out_and_recorded(house: House) -> None:
    entered, done = asyncio.Event(), asyncio.Event()

    async def slow(_request: Any) -> Any:
        entered.set()
        await done.wait()
        return KeepResponse()

    house.keeper.answer = slow
    async with house.calling() as (keep, _log):
        call = asyncio.ensure_future(_await(keep.Change(KeepRequest(**ABOUT_HER))))
        await entered.wait()
        call.cancel()
        await asyncio.sleep(0.05)
        done.set()
        assert [record.entry.result for record in await house.records()] == ["", OK]


async def test_a_read_is_told_only_after_its_record_is_committed(house: House, migrated: Migrated) -> None:
    house.keeper.answer = telling(KeepResponse(member_id=MEMBER, secret=SECRET))
    owner = await asyncpg.connect(migrated.owner_url)
    try:
        async with house.calling() as (keep, _log):
            async with owner.transaction():
                await owner.execute("SELECT 1 FROM audit_head FOR UPDATE")
                call = asyncio.ensure_future(_await(keep.Look(KeepRequest(program_id="p1", secret=SECRET))))
                done, _ = await asyncio.wait([call], timeout=0.2)
                assert not done
            await call
    finally:
        await owner.close()
    [read] = await house.records()
    assert (read.entry.phase, read.entry.call.subjects) == (Phase.READ, (Subject("member", MEMBER),))


async def test_nothing_is_told_or_changed_if_it_cannot_be_recorded(house: House, migrated: Migrated) -> None:
    reached: list[str] = []

    async def answer(request: Any) -> Any:
        reached.append(request.request_id)
        return KeepResponse(secret=SECRET)

    house.keeper.answer = answer
    owner = await asyncpg.connect(migrated.owner_url)
    await owner.execute("ALTER TABLE audit_log RENAME TO audit_away")
    try:
        async with house.calling() as (keep, _log):
            for method, name in ((keep.Change, "change"), (keep.Look, "look")):
                with pytest.raises(Refusal) as refused:
                    await method(KeepRequest(program_id="p1", request_id=name), timeout=0.3)
                assert refused.value.transient
    finally:
        await owner.execute("ALTER TABLE audit_away RENAME TO audit_log")
        await owner.close()
    assert set(reached) == {"look"}, "the read was decided and not told, the change was never begun"


async def test_a_stream_of_personal_data_is_recorded_once_before_its_first_message(house: House) -> None:
    async with house.calling() as (keep, _log):
        told = [message async for message in keep.Watch(KeepRequest(program_id="p1", number=3))]
        assert [message async for message in keep.Watch(KeepRequest(program_id="p1", number=0))] == []
    assert len(told) == 3
    assert [record.entry.phase for record in await house.records()] == [Phase.READ, Phase.READ]


async def test_an_upload_is_recorded_at_its_first_message_and_at_its_end(house: House) -> None:
    async with house.calling() as (keep, _log):
        await keep.Load(iter([KeepRequest(**ABOUT_HER), KeepRequest(program_id="p1", request_id="r-2")]))
        await keep.Load(iter([]))
    records = await house.records()
    assert [(record.entry.phase, record.entry.result) for record in records] == [
        (Phase.INTENT, ""),
        (Phase.OUTCOME, OK),
    ]
    assert {record.entry.call.request_id for record in records} == {"r-1"}


async def test_an_upload_that_breaks_off_is_recorded_as_that(house: House) -> None:
    loading = asyncio.Event()

    async def endless() -> Any:
        yield KeepRequest(**ABOUT_HER)
        await asyncio.Event().wait()

    async def load(_request: Any) -> None:
        loading.set()

    house.keeper.answer = load
    async with house.calling() as (keep, _log):
        call = asyncio.ensure_future(_await(keep.Load(endless())))
        await loading.wait()
        call.cancel()
        for _ in range(500):
            if len(await house.records()) == 2:
                break
            await asyncio.sleep(0.01)
    intent, outcome = await house.records()
    assert outcome.entry.intent_number == intent.link.number
    assert outcome.entry.result in (OK, CANCELLED), "the handler may take the end for that of the upload"


async def test_what_is_no_change_or_lies_in_the_event_log_is_not_recorded(house: House) -> None:
    async with house.calling() as (keep, _log):
        await keep.Peek(KeepRequest(**ABOUT_HER))
        await keep.Sell(KeepRequest(**ABOUT_HER))
    assert await house.records() == []


async def test_a_service_that_asks_for_somebody_else_is_not_recorded(house: House) -> None:
    async with house.calling("ledger", roles=["SERVICE"]) as (keep, _log):
        await keep.Look(KeepRequest(program_id="p1"))
    assert await house.records() == []


async def test_permission_refused_is_recorded_whatever_the_method_and_without_an_intent(house: House) -> None:
    house.keeper.answer = refusing(refuse(PROGRAM_NOT_ALLOWED, "no"))
    async with house.calling("thief", programs=["p2"]) as (keep, _log):
        for method in (keep.Peek, keep.Change, keep.Look):
            with pytest.raises(Refusal):
                await method(KeepRequest(**ABOUT_HER))
    async with house.calling("till", roles=["POS"]) as (keep, _log):
        with pytest.raises(Refusal):
            await keep.Peek(KeepRequest(**ABOUT_HER))
    records = await house.records()
    assert {record.entry.phase for record in records} == {Phase.REFUSED}
    assert [(record.entry.call.caller, record.entry.result) for record in records] == [
        *[("thief", "type.loyalty/PROGRAM_NOT_ALLOWED")] * 3,
        ("till", "type.loyalty/ROLE_NOT_ALLOWED"),
    ]


async def test_refusals_of_one_caller_are_bounded_and_the_rest_is_counted(house: House) -> None:
    too_many = RECORDED_A_MINUTE + 25
    async with house.calling("nuisance", roles=["POS"]) as (keep, _log):
        for _ in range(too_many):
            with pytest.raises(Refusal):
                await keep.Change(KeepRequest(**ABOUT_HER))
    await house.records()
    await house.audit.close()
    records = [record for record in await house.records() if record.entry.call.caller == "nuisance"]
    counted = sum(record.entry.suppressed for record in records if record.entry.phase is Phase.SUPPRESSED)
    assert counted >= 25, "more only if the minute turned meanwhile: never less"
    assert counted + sum(record.entry.phase is Phase.REFUSED for record in records) == too_many


async def test_processes_write_to_one_chain_without_gap(house: House) -> None:
    async with house.calling() as (keep, _log):
        await asyncio.gather(*(_await(keep.Change(KeepRequest(**ABOUT_HER))) for _ in range(40)))
    records = await house.records()
    assert [record.link.number for record in records] == list(range(1, 81))


def telling(response: Any) -> Any:
    async def answer(_request: Any) -> Any:
        return response

    return answer


def refusing(refusal: Refusal) -> Any:
    async def answer(_request: Any) -> Any:
        raise refusal

    return answer


async def _await(call: Any) -> Any:
    return await call
