"""Runs of reconciliations as they are kept: figures that differ, the lines behind them, who accepted them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum

from settlement_service.domain.books import Vector

MOST_LINES = 100
"""Named behind one figure; whoever has more has another problem than lines."""

NIGHTLY = "nightly"
"""The caller of runs that nobody asked for."""


class RunKind(Enum):
    """What is held against what."""

    LEDGER = "LEDGER"
    PRICES = "PRICES"
    TILLS = "TILLS"


class LineFault(Enum):
    """What is wrong with a line. HERE are the books (of tills: the ledger), THERE the ledger (of tills: the till)."""

    MISSING_HERE = "MISSING_HERE"
    MISSING_THERE = "MISSING_THERE"
    DIFFERS = "DIFFERS"
    NO_TERMS = "NO_TERMS"
    SUMS_DEPART = "SUMS_DEPART"


@dataclass(frozen=True, slots=True)
class Line:
    """One line behind a difference: a movement, or a document's line. `what` names the quantity."""

    fault: LineFault
    what: str
    expected: int = 0
    booked: int = 0
    home: str = ""
    sequence: int = 0
    accrual_id: str = ""
    order_id: str = ""
    line_number: int = 0
    document_id: str = ""
    fulfilment_id: str = ""
    agreement_id: str = ""


@dataclass(frozen=True, slots=True)
class FoundDifference:
    """A figure on which both sides disagree. `more_lines`: there are more than those listed."""

    figure: str
    expected: int
    booked: int
    lines: tuple[Line, ...] = ()
    more_lines: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found, at which cursor."""

    up_to: Vector
    compared: int
    differences: tuple[FoundDifference, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `period_sequence` is 0 for runs at no cut; `scope` is empty but for tills."""

    program: str
    run_id: str
    kind: RunKind
    period_sequence: int
    scope: str
    caller: str
    run_time: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who answers for a difference. `voucher_id` is empty where no money is concerned."""

    reason: str
    signed_name: str
    caller: str
    voucher_id: str
    accept_time: datetime


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as it is kept. `period` names its cut, empty for none. Lists leave the differences out and keep their
    counts."""

    run: Run
    period: str
    differing: int
    accepted: int
    acceptances: Mapping[str, Acceptance] = field(default_factory=dict)


def found(figure: str, expected: int, booked: int, lines: Sequence[Line]) -> FoundDifference:
    """A difference with the first of its lines."""
    return FoundDifference(figure, expected, booked, tuple(lines[:MOST_LINES]), len(lines) > MOST_LINES)


def detail_of(difference: FoundDifference) -> str:
    """The lines as canonical JSON."""
    lines = [{**asdict(line), "fault": line.fault.value} for line in difference.lines]
    return json.dumps({"lines": lines, "more": difference.more_lines}, sort_keys=True, separators=(",", ":"))


def lines_of(detail: str) -> tuple[tuple[Line, ...], bool]:
    """The lines again, and whether there are more."""
    kept = json.loads(detail)
    return tuple(Line(**{**line, "fault": LineFault(line["fault"])}) for line in kept["lines"]), kept["more"]
