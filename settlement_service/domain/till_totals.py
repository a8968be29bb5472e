"""What a till says it sold on a day, held against the ledger's documents of that till, place and day."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from settlement_service.domain.figure_names import joined
from settlement_service.domain.reconciliation_run import FoundDifference, Line, LineFault, found

SALE, RETURN = "SALE", "RETURN"


@dataclass(frozen=True, slots=True)
class TillDay:
    """A till or order system, a place, and a day by the clock of that place, ISO 8601."""

    source: str
    location_id: str
    business_date: str

    @property
    def scope(self) -> str:
        """The day as runs keep it: three parts, the ids cannot hold a blank."""
        return f"{self.source} {self.location_id} {self.business_date}"


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """Sales and returns in one currency: how many, and minor units."""

    currency: str
    sales: int
    sales_minor_units: int
    returns: int
    returns_minor_units: int


@dataclass(frozen=True, slots=True)
class TillDocument:
    """A document of either side. `kind` is SALE or RETURN, `lines` minor units by number, empty if not told;
    `order_id` is the ledger's id of it."""

    kind: str
    document_id: str
    fulfilment_id: str
    currency: str
    minor_units: int
    lines: Mapping[int, int] = field(default_factory=dict)
    order_id: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What both sides call it."""
        return self.kind, self.document_id, self.fulfilment_id


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """What was submitted. `documents` is None if they were not told."""

    totals: tuple[CurrencyTotal, ...]
    documents: tuple[TillDocument, ...] | None


def day_of(scope: str) -> TillDay:
    """The till day of a run's scope."""
    source, location, business_date = scope.split(" ")
    return TillDay(source, location, business_date)


def document_of(totals: ControlTotals) -> str:
    """Control totals as canonical JSON."""
    told = totals.documents
    content = {
        "totals": [asdict(total) for total in totals.totals],
        "documents": None
        if told is None
        else [
            {
                "kind": each.kind,
                "document_id": each.document_id,
                "fulfilment_id": each.fulfilment_id,
                "currency": each.currency,
                "minor_units": each.minor_units,
                "lines": sorted(each.lines.items()),
            }
            for each in sorted(told, key=lambda one: one.key)
        ],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def totals_of(document: str) -> ControlTotals:
    """Control totals as they were kept."""
    content = json.loads(document)
    told = content["documents"]
    return ControlTotals(
        totals=tuple(CurrencyTotal(**total) for total in content["totals"]),
        documents=None
        if told is None
        else tuple(TillDocument(**{**each, "lines": dict(map(tuple, each["lines"]))}) for each in told),
    )


def compare_till(
    day: TillDay, till: ControlTotals, ledger: Iterable[TillDocument]
) -> tuple[int, tuple[FoundDifference, ...]]:
    """How many figures were compared, and those that differ. Where the till told its documents each figure has the
    lines behind it, and the figure `documents` says how many either side has and how many agree: differences that
    cancel each other out show there."""
    posted = list(ledger)
    expected, booked = _figures_told(day, till), _figures_of(day, posted)
    lines: dict[str, list[Line]] = defaultdict(list)
    if till.documents is not None:
        documents = _name(day, "documents")
        expected[documents], booked[documents] = _compare_documents(day, till.documents, posted, lines)
    names = sorted(expected.keys() | booked.keys())
    differing = [
        found(name, expected.get(name, 0), booked.get(name, 0), lines[name])
        for name in names
        if expected.get(name, 0) != booked.get(name, 0)
    ]
    return len(names), tuple(differing)


def _figures_told(day: TillDay, till: ControlTotals) -> dict[str, int]:
    figures: dict[str, int] = {}
    for total in till.totals:
        figures[_name(day, "sales", total.currency)] = total.sales_minor_units
        figures[_name(day, "sales_count", total.currency)] = total.sales
        figures[_name(day, "returns", total.currency)] = total.returns_minor_units
        figures[_name(day, "returns_count", total.currency)] = total.returns
    return figures


def _figures_of(day: TillDay, documents: Iterable[TillDocument]) -> dict[str, int]:
    figures: dict[str, int] = defaultdict(int)
    for document in documents:
        for name, amount in _parts(day, document, document.minor_units):
            figures[name] += amount
    return dict(figures)


def _parts(day: TillDay, document: TillDocument, minor_units: int) -> Iterator[tuple[str, int]]:
    kind = "sales" if document.kind == SALE else "returns"
    yield _name(day, kind, document.currency), minor_units
    yield _name(day, f"{kind}_count", document.currency), 1


def _compare_documents(
    day: TillDay, told: Iterable[TillDocument], posted: Iterable[TillDocument], lines: dict[str, list[Line]]
) -> tuple[int, int]:
    """Adds the lines that differ to the figures they are part of. How many documents there are, and how many agree."""
    theirs, ours = {each.key: each for each in told}, {each.key: each for each in posted}
    known, agreeing = sorted(theirs.keys() | ours.keys()), 0
    for key in known:
        till, ledger = theirs.get(key), ours.get(key)
        found_lines = list(_lines(till, ledger))
        agreeing += not found_lines
        sides = (side for side in (till, ledger) if side is not None)
        figures = dict.fromkeys(name for side in sides for name, _ in _parts(day, side, 0))
        for figure in (*figures, _name(day, "documents")):
            lines[figure].extend(found_lines)
    return len(known), agreeing


def _lines(till: TillDocument | None, ledger: TillDocument | None) -> Iterator[Line]:
    if till is None or ledger is None:
        fault = LineFault.MISSING_THERE if till is None else LineFault.MISSING_HERE
        yield _line(fault, "total", till, ledger, _total(till), _total(ledger), 0)
        return
    if till.currency != ledger.currency:
        yield _line(
            LineFault.DIFFERS,
            f"currency.{till.currency}.{ledger.currency}",
            till,
            ledger,
            _total(till),
            _total(ledger),
            0,
        )
        return
    if till.minor_units != ledger.minor_units:
        yield _line(LineFault.DIFFERS, "total", till, ledger, till.minor_units, ledger.minor_units, 0)
    if not till.lines:
        return
    for number in sorted(till.lines.keys() | ledger.lines.keys()):
        expected, booked = till.lines.get(number, 0), ledger.lines.get(number, 0)
        if expected != booked or (number in till.lines) != (number in ledger.lines):
            yield _line(LineFault.DIFFERS, "line", till, ledger, expected, booked, number)


def _line(
    fault: LineFault,
    what: str,
    till: TillDocument | None,
    ledger: TillDocument | None,
    expected: int,
    booked: int,
    number: int,
) -> Line:
    side = till or ledger
    assert side is not None, "one side has it"
    return Line(
        fault,
        what,
        expected,
        booked,
        order_id=ledger.order_id if ledger else "",
        line_number=number,
        document_id=side.document_id,
        fulfilment_id=side.fulfilment_id,
    )


def _total(document: TillDocument | None) -> int:
    return document.minor_units if document else 0


def _name(day: TillDay, *parts: str) -> str:
    return joined(("tills", day.source, day.location_id, day.business_date, *parts))
