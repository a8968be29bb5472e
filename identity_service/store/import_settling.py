"""After the switch: the members of an import become like any other, some lines at a time."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from chassis.runtime.postgres import Connection, Row
from identity_service.domain.caller import Caller
from identity_service.domain.imports import Header, Verdict
from identity_service.domain.members import MemberKey
from identity_service.store import import_rows as rows
from identity_service.store.statements import SQL
from identity_service.use_cases.import_ports import Settled

Columns = list[list[object]]


async def settle(
    connection: Connection, header: Header, portion: tuple[int, int], caller: Caller, name: str, now: datetime
) -> int:
    """Settles at most so many lines (`portion`: after which line, how many); the last one done. `name` is the request
    that commits."""
    key = (header.program_id, header.import_id)
    found = await connection.fetch(SQL.import_read_staged, *key, *portion)
    if not found:
        return portion[0]
    last: int = found[-1]["line_number"]
    lines = await _taken(connection, header, found)
    members = sorted({line.member for line in lines}, key=lambda one: (one.bucket, one.member_id))
    keys = [[one.bucket for one in members], [one.member_id for one in members]]
    await connection.fetch(SQL.import_lock_joined, header.program_id, *keys)
    source = f"import:{header.import_id}"
    who = (now, caller.subject, name)
    values = (*_values(lines), header.import_id)
    await connection.execute(SQL.import_append_values, header.program_id, source, *who, *values)
    await connection.execute(SQL.import_append_profiles, *key, *who, *_made(lines))
    await connection.execute(SQL.import_append_consents, header.program_id, source, *who, *_consents(lines))
    recorded = (now, caller.subject, list(caller.roles), name, caller.trace_id)
    await connection.execute(SQL.import_append_audit, *key, *recorded, *_records(lines))
    await connection.execute(SQL.import_note_look_alikes, *key, portion[0], last, source, now)
    await connection.execute(SQL.import_free_identifiers, *key, last)
    await connection.execute(SQL.import_settle_identifiers, *key, last)
    await connection.execute(SQL.import_settle_members, *key, *keys)
    return last


async def _taken(connection: Connection, header: Header, found: Sequence[Row]) -> list[Settled]:
    """The lines that something is made of: what an erased person was to get is gone."""
    grouped = [(number, list(group)) for number, group in groupby(found, key=lambda row: int(row["line_number"]))]
    numbers = [number for number, _ in grouped]
    contents = await connection.fetch(SQL.import_read_contents, header.program_id, header.import_id, numbers)
    persons = {row["line_number"]: rows.person_of(row["content"]) for row in contents}
    return [
        Settled(
            number=number,
            verdict=Verdict(listed[0]["verdict"]),
            member=MemberKey.of(header.program_id, listed[0]["member_id"]),
            person=persons[number],
            brought=tuple(rows.staged_identifier(row) for row in listed if row["brought"]),
        )
        for number, listed in grouped
        if listed[0]["verdict"] != Verdict.REFUSED.value and number in persons
    ]


def _values(lines: Sequence[Settled]) -> Columns:
    return _columns(
        [
            (
                line.member.bucket,
                line.member.member_id,
                one.fingerprint,
                one.kind.value,
                line.person.identifiers[one.ordinal].identifier.value,
                one.verified,
            )
            for line in lines
            for one in line.brought
        ],
        6,
    )


def _made(lines: Sequence[Settled]) -> Columns:
    """Members and the lines that made them: a profile is written once, by the first."""
    made: dict[MemberKey, int] = {}
    for line in lines:
        if line.verdict in (Verdict.NEW, Verdict.JOINED_IMPORT):
            made.setdefault(line.member, line.number)
    return _columns([(member.bucket, member.member_id, number) for member, number in made.items()], 3)


def _consents(lines: Sequence[Settled]) -> Columns:
    return _columns(
        [
            (
                line.member.bucket,
                line.member.member_id,
                one.brand_id,
                one.channel,
                one.purpose,
                one.granted,
                one.decide_time,
            )
            for line in lines
            for one in line.person.consents
        ],
        7,
    )


def _records(lines: Sequence[Settled]) -> Columns:
    return _columns([(line.member.bucket, line.member.member_id, line.number, line.verdict.value) for line in lines], 4)


def _columns(listed: Sequence[tuple[object, ...]], width: int) -> Columns:
    return [list(column) for column in zip(*listed, strict=True)] if listed else [[] for _ in range(width)]
