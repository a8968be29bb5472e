"""Rows of imports ⇄ values."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from chassis.runtime.postgres import Row
from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.import_judging import StagedIdentifier, StagedLine
from identity_service.domain.imports import Fault, Header, Import, ImportState, Judged, Person, Totals, Verdict

_PERSONS = msgspec.json.Decoder(Person)

_COUNTED = {
    Verdict.NEW.value: "new_members",
    Verdict.JOINED_LIVE.value: "joined_live",
    Verdict.JOINED_LINE.value: "joined_lines",
    Verdict.JOINED_IMPORT.value: "joined_imports",
}


def content_of(person: Person) -> str:
    """A person as it is staged."""
    return msgspec.json.encode(person).decode()


def person_of(content: str) -> Person:
    """The person of a staged line."""
    return _PERSONS.decode(content)


def import_of(program_id: str, import_id: str, row: Row, totals: Totals) -> Import:
    """An import."""
    return Import(
        header=Header(program_id, import_id, row["source_program_id"], row["dry_run"]),
        state=ImportState(row["state"]),
        last_line=row["last_line"],
        done_line=row["done_line"],
        totals=totals,
        begin_time=row["begin_time"],
        switch_time=row["switch_time"],
    )


def totals_of(rows: Iterable[Row]) -> Totals:
    """The totals of an import from its counts by verdict and fault."""
    counts = dict.fromkeys(_COUNTED.values(), 0)
    refused: dict[Fault, int] = {}
    lines = look_alikes = 0
    for row in rows:
        lines += row["lines"]
        look_alikes += row["look_alikes"]
        if row["verdict"] == Verdict.REFUSED.value:
            refused[Fault(row["fault"])] = row["lines"]
        else:
            counts[_COUNTED[row["verdict"]]] += row["lines"]
    return Totals(lines=lines, refused=refused, look_alikes=look_alikes, **counts)


def judged_of(row: Row) -> Judged:
    """What a line comes to."""
    return Judged(
        Verdict(row["verdict"]),
        Fault(row["fault"]),
        row["field"],
        row["member_id"],
        row["same_line"],
        row["same_import"],
        tuple(row["look_alikes"]),
    )


def judged_columns(judged: Iterable[Judged]) -> list[list[object]]:
    """Verdicts, faults, fields, members, same lines, same imports and look-alikes of lines."""
    rows = [
        (
            one.verdict.value,
            one.fault.value,
            one.field,
            one.member_id,
            one.same_line,
            one.same_import,
            ",".join(one.look_alikes),
        )
        for one in judged
    ]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(7)]


def staged_of(rows: Sequence[Row]) -> list[StagedLine]:
    """Lines from a row an identifier, in order."""
    lines = []
    for number, group in groupby(rows, key=lambda row: int(row["line_number"])):
        listed = list(group)
        malformed = listed[0]["fault"] == Fault.MALFORMED.value
        lines.append(
            StagedLine(
                number,
                tuple(staged_identifier(row) for row in listed if row["ordinal"] is not None),
                listed[0]["field"] if malformed else "",
                erased=listed[0]["fault"] == Fault.PERSON_ERASED.value,
            )
        )
    return lines


def staged_identifier(row: Row) -> StagedIdentifier:
    """An identifier of a staged line."""
    return StagedIdentifier(row["ordinal"], IdentifierKind(row["kind"]), row["fingerprint"], row["verified"])
