"""What is written down about a change, and where personal data lie."""

import json

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from identity_service.store.key_mark import WrongFingerprintKeyError, ensure_key_mark
from tests.integration.identity.calls import card, email, enroll, link
from tests.integration.identity.house import House, Stub

TRACE_ID = f"{0xABC:032x}"
APPEND_ONLY = ("audit_record", "key_mark", "link_change", "merge_rule", "member_proof")
ERASABLE = ("identifier_history", "identifier_value", "member_consent", "member_preference", "member_profile")


async def audit_of(house: House, member_id: str) -> list[asyncpg.Record]:
    async with house.sql() as sql:
        return list(await sql.fetch("SELECT * FROM audit_record WHERE member_id = $1 ORDER BY sequence", member_id))


async def test_every_change_is_audited_with_who_what_whom_and_which_call(till: Stub, house: House) -> None:
    request = enroll(email("audit"), request_id="a-1", home_location_id="loc-3")
    member = (await till.EnrollMember(request, metadata=(("traceparent", f"00-{TRACE_ID}-{7:016x}-01"),))).member
    await till.LinkIdentifier(link(member.member_id, card("AUD1"), request_id="a-2"))
    await till.EnrollMember(enroll(email("audit"), card("AUD2"), request_id="a-3"))
    records = await audit_of(house, member.member_id)
    assert [(r["sequence"], r["action"], r["request_id"]) for r in records] == [
        (1, "MEMBER_ENROLLED", "a-1"),
        (2, "IDENTIFIERS_LINKED", "a-2"),
        (3, "IDENTIFIERS_LINKED", "a-3"),
    ]
    first = records[0]
    assert (first["caller"], first["caller_roles"], first["program_id"]) == ("till", ["POS", "SERVICE"], "grove")
    assert first["record_time"] == member.enroll_time.ToDatetime(first["record_time"].tzinfo)
    assert first["trace_id"] == TRACE_ID
    assert json.loads(first["detail"]) == {
        "home_location_id": "loc-3",
        "identifiers": [{"kind": "EMAIL", "ordinal": 1}],
    }


async def test_calls_that_change_nothing_are_not_audited(till: Stub, house: House) -> None:
    request = enroll(email("quiet"))
    member = (await till.EnrollMember(request)).member.member_id
    await till.EnrollMember(request)
    await till.EnrollMember(enroll(email("quiet")))
    await till.LinkIdentifier(link(member, email("quiet")))
    assert len(await audit_of(house, member)) == 1


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_serving_role_cannot_rewrite_history(house: House, table: str, change: str) -> None:
    async with house.sql() as sql:
        column = await sql.fetchval(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1", table
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(change.format(table, column, column))


@pytest.mark.parametrize("table", ERASABLE)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "TRUNCATE {}"])
async def test_the_serving_role_can_erase_but_not_rewrite_what_is_personal(
    house: House, table: str, change: str
) -> None:
    async with house.sql() as sql:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(change.format(table, "bucket", "bucket"))


async def test_personal_data_lie_in_one_table_only(till: Stub, house: House) -> None:
    await till.EnrollMember(enroll(email("zq-personal"), card("ZQPERSONAL")))
    async with house.sql(owner=True) as sql:
        tables = [
            row["table_name"]
            for row in await sql.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ]
        holding = [
            table
            for table in tables
            if await sql.fetchval(f'SELECT EXISTS (SELECT FROM "{table}" AS t WHERE t::text ILIKE $1)', "%zq%personal%")
        ]
    assert holding == ["identifier_value"]


async def test_one_identifier_has_unrelated_fingerprints_in_two_programs(till: Stub, house: House) -> None:
    for program in ("grove", "isle"):
        await till.EnrollMember(enroll(card("SAME1"), program_id=program))
    async with house.sql(owner=True) as sql:
        rows = await sql.fetch("SELECT fingerprint FROM identifier_value WHERE value = 'SAME1'")
    assert len({row["fingerprint"] for row in rows}) == 2


async def test_a_start_with_another_fingerprint_key_is_refused(house: House) -> None:
    async with open_database(SecretStr(house.database.url), application_name="test", pool_size=1) as database:
        with pytest.raises(WrongFingerprintKeyError):
            await ensure_key_mark(database, bytes(32))
