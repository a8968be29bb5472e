"""Imports of balances on the wire. A faulty line is no fault of its stream: it is staged as refused, with the name of
its first faulty field and no value."""

from datetime import date, datetime
from math import gcd

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import balance_import_pb2 as nouns
from loyalty.ledger.v1 import balance_import_service_pb2 as messages

from chassis.runtime.fields import FieldReader
from chassis.values.integers import INT64_MAX, MOST_AMOUNT
from chassis.values.rounding import ONE, Ratio, Rounding
from ledger_service.domain.accrual import FULL_SHARE, Funder
from ledger_service.domain.balance_import import Cell, Header, Line, PointsAsked, Sum, Terms, TierAsked, Totals
from ledger_service.use_cases.commit_balance_import import CommitRequest
from ledger_service.wire.balance_import_reports import FAULTS
from ledger_service.wire.requests import DEFAULT_PAGE, LARGEST_PAGE

MOST_BRANDS = 100
MOST_FUNDERS = 16
MOST_SOURCE = 64
MOST_EXTERNAL = 128
MOST_LINE = 100_000_000
MOST_CELLS = 100_000
LONGEST_NAME = 128

_ROUNDINGS = {
    nouns.IMPORT_ROUNDING_UNSPECIFIED: Rounding.FLOOR,
    nouns.IMPORT_ROUNDING_FLOOR: Rounding.FLOOR,
    nouns.IMPORT_ROUNDING_HALF_UP: Rounding.HALF_UP,
}


def header_of(request: messages.ImportBalancesRequest) -> Header:
    """The header of an upload. Raises MALFORMED."""
    reader, asked = FieldReader(), request.header
    reader.id("request_id", request.request_id)
    source = reader.id("header.source_program_id", asked.source_program_id)
    if len(source) > MOST_SOURCE or ":" in source:
        reader.fault("header.source_program_id", f"must have at most {MOST_SOURCE} characters and no colon")
    reader.count("header.brands", len(asked.brands), MOST_BRANDS, least=0)
    terms = [_terms(reader, f"header.brands[{index}]", one) for index, one in enumerate(asked.brands[:MOST_BRANDS])]
    if len({one.brand for one in terms}) < len(terms):
        reader.fault("header.brands", "must name each brand once")
    program = reader.id("header.program_id", asked.program_id)
    import_id = reader.id("header.import_id", asked.import_id)
    reader.finish()
    return Header(program, import_id, source, asked.dry_run, tuple(terms))


def _terms(reader: FieldReader, field: str, asked: nouns.BrandTerms) -> Terms:
    numerator = reader.within(f"{field}.ratio.numerator", asked.ratio.numerator, 1)
    denominator = reader.within(f"{field}.ratio.denominator", asked.ratio.denominator, 1)
    lowest = numerator > 0 and denominator > 0 and gcd(numerator, denominator) == 1
    if not lowest:
        reader.fault(f"{field}.ratio", "must be above 0, in lowest terms")
    if asked.rounding not in _ROUNDINGS:
        reader.fault(f"{field}.rounding", "must be a rounding")
    reader.count(f"{field}.funders", len(asked.funders), MOST_FUNDERS, least=0)
    funders = tuple(
        Funder(
            reader.id(f"{field}.funders[{index}].entity_id", one.entity_id),
            reader.within(f"{field}.funders[{index}].share_basis_points", one.share_basis_points, 1, FULL_SHARE),
        )
        for index, one in enumerate(asked.funders[:MOST_FUNDERS])
    )
    if funders and (
        sum(one.share for one in funders) != FULL_SHARE or len({one.entity for one in funders}) < len(funders)
    ):
        reader.fault(f"{field}.funders", f"must be different entities whose shares sum to {FULL_SHARE}")
    return Terms(
        brand=reader.id(f"{field}.brand_id", asked.brand_id),
        ratio=Ratio(numerator, denominator) if lowest else ONE,
        rounding=_ROUNDINGS.get(asked.rounding, Rounding.FLOOR),
        currency=reader.currency(f"{field}.currency_code", asked.currency_code) if asked.currency_code else "",
        funders=funders,
    )


def line_of(message: messages.NumberedBalance, now: datetime) -> Line:
    """A line. Raises MALFORMED only if it has no number."""
    numbered = FieldReader()
    number = numbered.within("line.line_number", message.line_number, 1, MOST_LINE)
    numbered.finish()
    content = message.SerializeToString(deterministic=True).hex()
    reader = FieldReader()
    asked: PointsAsked | TierAsked | None = None
    match message.WhichOneof("content"):
        case "points":
            asked = _points(reader, message.points, now)
        case "tier":
            asked = _tier(reader, message.tier)
        case _:
            reader.fault("content", "must be points or a tier")
    fault = reader.refusal()
    return Line(number, content, asked) if fault is None else Line(number, content, None, fault.violations[0].field)


def _points(reader: FieldReader, asked: nouns.ImportedPoints, now: datetime) -> PointsAsked:
    earned = reader.instant("earn_time", asked.earn_time, asked.HasField("earn_time"))
    if earned > now:
        reader.fault("earn_time", "must not lie in the future")
    expire = _optional(reader, "expire_time", asked.expire_time, asked.HasField("expire_time"))
    if expire is not None and expire <= earned:
        reader.fault("expire_time", "must be after earn_time")
    return PointsAsked(
        external_id=_external(reader, asked.external_id),
        points=reader.within("points", asked.points, 1, MOST_AMOUNT),
        earn_time=earned,
        expire_time=expire,
        available_time=_optional(reader, "available_time", asked.available_time, asked.HasField("available_time")),
        brand=reader.optional_id("brand_id", asked.brand_id),
    )


def _tier(reader: FieldReader, asked: nouns.CarriedTier) -> TierAsked:
    return TierAsked(
        external_id=_external(reader, asked.external_id),
        ladder_id=reader.id("ladder_id", asked.ladder_id),
        tier_id=reader.id("tier_id", asked.tier_id),
        until=_day(reader, "until", asked.until),
    )


def _external(reader: FieldReader, text: str) -> str:
    if not 1 <= len(text) <= MOST_EXTERNAL or not text.isascii() or not text.isprintable() or " " in text:
        reader.fault("external_id", f"must be 1 to {MOST_EXTERNAL} printable ASCII characters without spaces")
    return text


def _day(reader: FieldReader, field: str, text: str) -> date | None:
    if not text:
        return None
    try:
        if len(text) != len("2027-03-31"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        reader.fault(field, "must be a day as 2027-03-31")
        return None


def _optional(reader: FieldReader, field: str, stamp: Timestamp, present: bool) -> datetime | None:
    return reader.instant(field, stamp, True) if present else None


def get_of(request: messages.GetBalanceImportRequest) -> tuple[str, str]:
    """Program and import. Raises MALFORMED."""
    reader = FieldReader()
    key = (reader.id("program_id", request.program_id), reader.id("import_id", request.import_id))
    reader.finish()
    return key


def report_of(
    request: messages.ListBalanceImportLinesRequest | messages.ListWithdrawnBalancesRequest,
) -> tuple[str, str, int]:
    """Program, import and how many lines to a page. Raises MALFORMED."""
    reader = FieldReader()
    asked = (
        reader.id("program_id", request.program_id),
        reader.id("import_id", request.import_id),
        reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return asked


def abandon_of(request: messages.AbandonBalanceImportRequest) -> tuple[str, str, str]:
    """Program, request id and import. Raises MALFORMED."""
    reader = FieldReader()
    asked = (
        reader.id("program_id", request.program_id),
        reader.id("request_id", request.request_id),
        reader.id("import_id", request.import_id),
    )
    reader.finish()
    return asked


def commit_of(request: messages.CommitBalanceImportRequest) -> CommitRequest:
    """What is to be committed, and what it is expected to come to. Raises MALFORMED."""
    reader = FieldReader()
    if not request.HasField("totals"):
        reader.fault("totals", "must be set")
    asked = CommitRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        import_id=reader.id("import_id", request.import_id),
        totals=_totals(reader, request.totals),
        signed_by=reader.text("signed_by", request.signed_by, LONGEST_NAME),
    )
    reader.finish()
    return asked


def _totals(reader: FieldReader, told: nouns.BalanceTotals) -> Totals:
    reader.count("totals.balances", len(told.balances), MOST_CELLS, least=0)
    faults = {number: fault for fault, number in FAULTS.items() if number}
    if any(one.fault not in faults for one in told.refused):
        reader.fault("totals.refused", "must name reasons")
    refused = {faults[one.fault]: one.lines for one in told.refused if one.fault in faults and one.lines}
    return Totals(
        lines=reader.within("totals.lines", told.lines, 0, INT64_MAX),
        tiers=reader.within("totals.tiers", told.tiers, 0, INT64_MAX),
        empty=reader.within("totals.empty_lines", told.empty_lines, 0, INT64_MAX),
        refused=refused,
        balances={
            Cell(one.brand_id, one.expire_month): Sum(one.lines, one.old_points, one.new_points, one.remainder_parts)
            for one in told.balances
        },
    )
