"""Listing, exporting and verifying the log through its service."""

from typing import Any

import pytest
from loyalty.type.v1 import audit_pb2
from loyalty.type.v1 import audit_service_pb2 as messages

from chassis.values.refusal import Refusal
from tests.integration.audit.auditor import chain_of_csv, chain_of_json
from tests.integration.audit.keep import MEMBER, House, KeepRequest

JSON, CSV = messages.AUDIT_EXPORT_FORMAT_JSON_LINES, messages.AUDIT_EXPORT_FORMAT_CSV
ALICE, BOB = "=cmd|' /C calc'!A0", "till-7"


async def filled(house: House) -> None:
    """Four changes: two callers, two programs; eight records."""
    for subject, program, member in ((ALICE, "p1", MEMBER), (BOB, "p1", "mem_b"), (BOB, "p2", "mem_c")):
        async with house.calling(subject) as (keep, _log):
            await keep.Change(KeepRequest(program_id=program, request_id="r", member_id=member))
    async with house.calling(BOB) as (keep, _log):
        await keep.Change(KeepRequest(program_id="p1", request_id="r", member_id=MEMBER))


async def listed(log: Any, **filters: Any) -> list[Any]:
    found: list[Any] = []
    token = ""
    while True:
        answer = await log.ListAuditRecords(messages.ListAuditRecordsRequest(**filters, page_size=2, page_token=token))
        found += answer.records
        token = answer.next_page_token
        if not token:
            return found


async def exported(log: Any, **request: Any) -> tuple[str, list[Any]]:
    answers = [answer async for answer in log.ExportAuditRecords(messages.ExportAuditRecordsRequest(**request))]
    return "".join(answer.text for answer in answers), answers


async def verdict(log: Any, *anchors: Any) -> Any:
    return [answer async for answer in log.VerifyAuditLog(messages.VerifyAuditLogRequest(anchors=anchors))][-1]


async def test_records_are_listed_by_whom_what_and_when_the_newest_first(house: House) -> None:
    await filled(house)
    last = (await house.records())[-1].entry.time
    async with house.calling("auditor") as (_keep, log):
        assert [record.number for record in await listed(log, before_time=last, caller=BOB)] == [7, 6, 5, 4, 3]
        assert [record.number for record in await listed(log, subject_id=MEMBER)] == [8, 7, 2, 1]
        assert [record.number for record in await listed(log, program_id="p2")] == [6, 5]
        assert [record.number for record in await listed(log, result="OK", program_id="p1")] == [8, 4, 2]
        assert [record.number for record in await listed(log, method="audittest.v1.KeepService/Look")] == []


async def test_reading_the_log_is_recorded_too(house: House) -> None:
    async with house.calling("auditor") as (_keep, log):
        await listed(log)
        await exported(log)
    methods = [record.entry.call.method.rpartition("/")[2] for record in await house.records()]
    assert methods == ["ListAuditRecords", "ExportAuditRecords"]


@pytest.mark.parametrize(
    ("form", "read"),
    [
        (JSON, chain_of_json),
        (CSV, chain_of_csv),
    ],
)
async def test_an_export_proves_itself_and_goes_on_where_it_broke_off(house: House, form: Any, read: Any) -> None:
    await filled(house)
    async with house.calling("auditor") as (_keep, log):
        text, [first] = await exported(log, format=form)
        rest, _ = await exported(log, format=form, cursor=first.cursor)
        number, last, told = read(text + rest)
        assert (number, len(told)) == (9, 9), "with the record of the first export"
        assert [record["caller"] for record in told[:3]] == [ALICE, ALICE, BOB]
        assert (await verdict(log, audit_pb2.AuditAnchor(number=number, hash=bytes.fromhex(last)))).broken_number == 0


async def test_no_cell_of_a_csv_export_is_a_formula(house: House) -> None:
    await filled(house)
    async with house.calling("auditor") as (_keep, log):
        text, _ = await exported(log, format=messages.AUDIT_EXPORT_FORMAT_CSV)
    assert f"'{ALICE}" in text
    assert f",{ALICE}" not in text


async def test_an_export_of_one_program_seals_the_others_and_still_proves_itself(house: House) -> None:
    await filled(house)
    async with house.calling("office-2", programs=["p2"]) as (_keep, log):
        text, _ = await exported(log, program_id="p2")
    number, _, told = chain_of_json(text)
    assert number == 8
    assert {record["program_id"] for record in told} == {"p2"}
    assert ALICE not in text


async def test_a_token_of_one_program_sees_that_program_alone(house: House) -> None:
    await filled(house)
    async with house.calling("office-2", programs=["p2"]) as (_keep, log):
        assert {record.program_id for record in await listed(log, program_id="p2")} == {"p2"}
        for program in ("", "p1"):
            with pytest.raises(Refusal) as refused:
                await listed(log, program_id=program)
            assert refused.value.reason in ("PROGRAM_NOT_ALLOWED", "DIVISION_NOT_ALLOWED")


@pytest.mark.parametrize("role", ["POS", "FINANCE", "ANALYST"])
async def test_who_has_not_the_role_is_not_told(house: House, role: str) -> None:
    async with house.calling("till", roles=[role]) as (_keep, log):
        with pytest.raises(Refusal) as refused:
            await listed(log)
    assert refused.value.reason == "ROLE_NOT_ALLOWED"


async def test_a_page_token_goes_on_with_its_own_question_alone(house: House) -> None:
    await filled(house)
    async with house.calling("auditor") as (_keep, log):
        request = messages.ListAuditRecordsRequest(page_size=1)
        request.page_token = (await log.ListAuditRecords(request)).next_page_token
        request.caller = BOB
        with pytest.raises(Refusal) as refused:
            await log.ListAuditRecords(request)
    assert refused.value.reason == "CURSOR_INVALID"
