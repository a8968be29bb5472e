"""Points that pay for an order."""

from collections.abc import Sequence

from loyalty.ledger.v1 import authorization_pb2 as messages

from chassis.runtime.fields import FieldReader
from ledger_service.domain.commands import Tender, TenderLine
from ledger_service.wire.orders import MOST_LINES, distinct_numbers

MOST_TENDERS = 20


def tenders_of(reader: FieldReader, field: str, tenders: Sequence[messages.Tender]) -> tuple[Tender, ...]:
    """What pays for an order, in order; no authorization or redemption is named twice."""
    reader.count(field, len(tenders), MOST_TENDERS, least=0)
    listed = [_tender(reader, f"{field}[{index}]", tender) for index, tender in enumerate(tenders[:MOST_TENDERS])]
    seen: set[tuple[str, str]] = set()
    for index, tender in enumerate(listed):
        source = (tender.authorization_id, tender.redemption_id)
        if source in seen:
            reader.fault(f"{field}[{index}]", "names what another tender names")
        seen.add(source)
    return tuple(listed)


def _tender(reader: FieldReader, field: str, tender: messages.Tender) -> Tender:
    authorization_id = redemption_id = ""
    match tender.WhichOneof("source"):
        case "authorization_id":
            authorization_id = reader.id(f"{field}.authorization_id", tender.authorization_id)
        case "redemption_id":
            redemption_id = reader.id(f"{field}.redemption_id", tender.redemption_id)
            for name, given in (("points", bool(tender.points)), ("release_rest", tender.release_rest)):
                if given:
                    reader.fault(f"{field}.{name}", "must not be set for a redemption already made")
        case _:
            reader.fault(field, "must name an authorization or a redemption")
    lines = _lines(reader, field, tender)
    return Tender(
        authorization_id,
        redemption_id,
        reader.within(f"{field}.points", tender.points, 0),
        tender.release_rest,
        tuple(sorted(lines, key=lambda line: line.line_number)),
    )


def _lines(reader: FieldReader, field: str, tender: messages.Tender) -> Sequence[TenderLine]:
    reader.count(f"{field}.lines", len(tender.lines), MOST_LINES, least=0)
    lines = [
        TenderLine(
            reader.within(f"{field}.lines[{index}].line_number", line.line_number, 1),
            reader.within(f"{field}.lines[{index}].points", line.points, 1),
        )
        for index, line in enumerate(tender.lines[:MOST_LINES])
    ]
    distinct_numbers(reader, f"{field}.lines", [line.line_number for line in lines])
    told = sum(line.points for line in lines)
    if lines and tender.points and told != tender.points:
        reader.fault(f"{field}.lines", "must sum to the tender's points")
    return lines
