"""What is owed and was not netted yet, as lines: what movements of a brand, a voucher, a disputed movement, or a
payment that was given up brought one entity to owe another, in one currency and period.

A line's id says what it is; a `/` inside an id is written `%2F`, and `#`, which no id holds, marks what is no brand:

- `2026-10/north/linden/USD/NORTH`: all movements of the brand's accruals, less those split out of it;
- `2026-10/north/linden/USD/NORTH/mem_7#12`: one of these movements, split out by a dispute;
- `2026-10/north/linden/USD/voucher#MONTH_END-000001`: a voucher;
- `payment#PAY-000001`: a payment that was withdrawn.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from settlement_service.domain.netting.legs import Line


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from: of `brand`, `voucher` and `payment` one is set; `home` with `movement` beside `brand`
    for a movement by itself. `period` is empty for payments."""

    period: str = ""
    brand: str = ""
    home: str = ""
    movement: int = 0
    voucher: str = ""
    payment: str = ""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line with its source and the number of its period (0 for payments)."""

    line: Line
    source: Source
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Booked:
    """What was posted to the debtor's account with the creditor: minor units owed, below zero if more was undone."""

    sequence: int
    source: Source
    debtor: str
    creditor: str
    currency: str
    minor_units: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """A line that ever was disputed. `parent` is set for a movement that was split out of its line."""

    line: OpenLine
    parent: str
    is_open: bool


def line_id_of(booked: Booked) -> str:
    """The id of what was booked."""
    source = booked.source
    if source.payment:
        return f"payment#{source.payment}"
    parts = [source.period, booked.debtor, booked.creditor, booked.currency]
    if source.voucher:
        return "/".join([*map(_escaped, parts), f"voucher#{source.voucher}"])
    own = "/".join(map(_escaped, [*parts, source.brand]))
    return f"{own}/{_escaped(source.home)}#{source.movement}" if source.home else own


def line_of(booked: Booked) -> OpenLine:
    """What was booked as a line that is not disputed."""
    line = Line(line_id_of(booked), booked.debtor, booked.creditor, booked.currency, booked.minor_units)
    return OpenLine(line, booked.source, booked.sequence)


def open_lines(booked: Iterable[Booked], disputes: Iterable[Disputed], netted: Set[str]) -> tuple[OpenLine, ...]:
    """What is left of `booked` and of disputed movements once `netted` lines are taken out, by id; lines of nothing are
    among them, since a movement of one may be disputed. It stays a line of its own when its dispute is over."""
    known = list(disputes)
    split: dict[str, int] = defaultdict(int)
    pieces: dict[str, OpenLine] = {}
    for dispute in known:
        if dispute.parent and dispute.line.line.line_id not in pieces:
            pieces[dispute.line.line.line_id] = dispute.line
            split[dispute.parent] += dispute.line.line.minor_units
    in_dispute = {dispute.line.line.line_id for dispute in known if dispute.is_open}
    found = [*_without(map(line_of, booked), split), *pieces.values()]
    left = [each for each in found if each.line.line_id not in netted]
    return tuple(sorted((_marked(each, in_dispute) for each in left), key=lambda each: each.line.line_id))


def _without(lines: Iterable[OpenLine], split: Mapping[str, int]) -> Iterator[OpenLine]:
    for each in lines:
        line = each.line
        rest = line.minor_units - split.get(line.line_id, 0)
        yield OpenLine(Line(line.line_id, line.debtor, line.creditor, line.currency, rest), each.source, each.sequence)


def _marked(each: OpenLine, in_dispute: Set[str]) -> OpenLine:
    line = each.line
    disputed = line.line_id in in_dispute
    return OpenLine(
        Line(line.line_id, line.debtor, line.creditor, line.currency, line.minor_units, disputed),
        each.source,
        each.sequence,
    )


def _escaped(part: str) -> str:
    return part.replace("/", "%2F")
