"""Whatever is done to the log behind its back is found, at the first record concerned."""

import asyncpg
import pytest
from loyalty.type.v1 import audit_pb2
from structlog.testing import capture_logs

from deploy.local.databases import Database as Migrated
from tests.integration.audit.auditor import chain_of_json
from tests.integration.audit.keep import House, KeepRequest
from tests.integration.audit.test_reading import exported, filled, verdict

SWAPPED = "caller, roles, program_id, subject_ids, request_id, trace_id, result, phase, content_hash"
KEPT = (
    "record_time, phase, method, caller, roles, program_id, subject_kinds, subject_ids, origin, certificate,"
    " caller_location_id, result, suppressed, request_id, trace_id, content_hash, hash"
)
COPY = (
    f"INSERT INTO audit_log (number, intent_number, {KEPT})"
    f" SELECT {{number}}, 0, {KEPT} FROM audit_log WHERE number = {{of}}"
)
CRIMES = {
    "changed": (3, "UPDATE audit_log SET caller = 'nobody' WHERE number = 3"),
    "a subject changed": (4, "UPDATE audit_log SET subject_ids = ARRAY['mem_x'] WHERE number = 4"),
    "the time changed": (2, "UPDATE audit_log SET record_time = record_time - interval '1 day' WHERE number = 2"),
    "changed with its hash": (5, "UPDATE audit_log SET result = 'OK', content_hash = sha256('x') WHERE number = 5"),
    "removed": (4, "DELETE FROM audit_log WHERE number = 4"),
    "the first removed": (1, "DELETE FROM audit_log WHERE number = 1"),
    "swapped": (
        2,
        f"UPDATE audit_log a SET ({SWAPPED}) = (SELECT {SWAPPED} FROM audit_log b WHERE b.number = 5 - a.number) "
        "WHERE number IN (2, 3)",
    ),
    "swapped with their numbers": (
        2,
        "UPDATE audit_log SET number = 100 + number WHERE number IN (2, 3);"
        "UPDATE audit_log SET number = 105 - number WHERE number IN (102, 103)",
    ),
    "one put in between": (
        4,
        "UPDATE audit_log SET number = 100 + number WHERE number >= 4;"
        "UPDATE audit_log SET number = number - 99 WHERE number > 100;"
        + COPY.format(number=4, of=3)
        + "; UPDATE audit_head SET number = 9",
    ),
    "removed and the rest moved up": (
        4,
        "DELETE FROM audit_log WHERE number = 4; UPDATE audit_log SET number = number - 1 WHERE number > 4;"
        "UPDATE audit_head SET number = 7",
    ),
    "one put behind the head": (9, COPY.format(number=9, of=8)),
    "one put before the first": (
        1,
        "ALTER TABLE audit_log DROP CONSTRAINT audit_log_number_check;" + COPY.format(number=-1, of=1),
    ),
    "the tail cut off": (7, "DELETE FROM audit_log WHERE number > 6"),
    "the head turned back": (
        7,
        "UPDATE audit_head SET number = 6",
    ),
}


UNSEEN_IN_EXPORTS = ("the tail cut off", "the head turned back", "one put behind the head", "one put before the first")
"""What is there is a whole chain; that there is more, or was, is told by the head alone."""


@pytest.mark.parametrize("crime", CRIMES)
async def test_a_crime_is_found_where_it_was_done(house: House, migrated: Migrated, crime: str) -> None:
    await filled(house)
    number, sql = CRIMES[crime]
    await commit(migrated, sql)
    async with house.calling("auditor", roles=["SERVICE"]) as (_keep, log):
        found = await verdict(log)
        text, _ = await exported(log)
    assert (found.done, found.broken_number) == (True, number)
    if crime not in UNSEEN_IN_EXPORTS:
        with pytest.raises(ValueError, match=f"^{number} "):
            chain_of_json(text)


CUT_OFF = (
    "DELETE FROM audit_log WHERE number > 6;"
    "UPDATE audit_head SET number = 6, hash = (SELECT hash FROM audit_log WHERE number = 6)"
)


async def test_a_tail_cut_off_with_its_head_is_found_by_what_was_kept_elsewhere(
    house: House, migrated: Migrated
) -> None:
    await filled(house)
    async with house.calling("auditor", roles=["SERVICE"]) as (_keep, log):
        _, [*_, last] = await exported(log)
        await commit(migrated, CUT_OFF)
        house.restarted()
        assert (await verdict(log)).broken_number == 0
        assert (await verdict(log, last.anchor)).broken_number == 7


async def test_a_tail_cut_off_with_its_head_is_found_by_a_process_that_has_seen_it(
    house: House, migrated: Migrated
) -> None:
    await filled(house)
    async with house.calling("auditor", roles=["SERVICE"]) as (keep, log):
        await commit(migrated, CUT_OFF)
        assert (await verdict(log)).broken_number == 7
        with capture_logs() as said:
            await keep.Change(KeepRequest(program_id="p1", request_id="after"))
            await keep.Change(KeepRequest(program_id="p1", request_id="later"))
        assert {line["event"] for line in said if line["log_level"] == "error"} == {"audit log was cut off"}
        assert (await verdict(log)).broken_number == 8, "nor does a tail written anew hide it"


async def test_a_history_written_anew_is_found_by_what_was_kept_elsewhere(house: House) -> None:
    await filled(house)
    async with house.calling("auditor", roles=["SERVICE"]) as (_keep, log):
        forged = audit_pb2.AuditAnchor(number=5, hash=bytes(32))
        assert (await verdict(log, forged)).broken_number == 5


@pytest.mark.parametrize(
    "sql",
    ["UPDATE audit_log SET caller = 'nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log", "DELETE FROM audit_head"],
)
async def test_the_role_that_serves_cannot_touch_what_is_written(migrated: Migrated, sql: str) -> None:
    connection = await asyncpg.connect(migrated.url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(sql)
    finally:
        await connection.close()


async def commit(migrated: Migrated, sql: str) -> None:
    """As the owner of the database."""
    connection = await asyncpg.connect(migrated.owner_url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
