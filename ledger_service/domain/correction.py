"""Corrections: what an accrual should have been, and orders judged again by a plan (docs/DOMAIN.md §6, ADR 0025)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from chassis.values.ids import hash_of, made_id
from chassis.values.integers import checked
from chassis.values.rounding import round_half_up
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.order import (
    OrderDocument,
    OrderLine,
    OrderState,
    PostedOrder,
    ReturnBasis,
    ReturnedLine,
)

MOST_ORDERS = 10_000
"""So many orders a correction may look at."""


# --- one accrual


@dataclass(frozen=True, slots=True)
class Regrant:
    """An accrual judged again: its grant before and after, the points that move, and its new `shift`."""

    accrual: Accrual
    before: int
    after: int
    points: int
    shift: int

    @property
    def changes(self) -> bool:
        """False if everything stays as it is."""
        return self.before != self.after or self.points != 0 or self.shift != self.accrual.shift


def granted_of(accrual: Accrual) -> int:
    """What an accrual grants, with what corrections added."""
    return accrual.granted + accrual.corrected


def should_grant(order: PostedOrder, line_number: int, rule_id: str, decided: int) -> int:
    """What a rule should have granted a line if it decides on `decided` points, with what limits took when the sale
    was posted: more than was decided then adds to what they left, less takes from it only what goes below. A function
    of the sale alone, so that the same decision again changes nothing."""
    place = (line_number, rule_id)
    trimmed = next((one for one in order.trimmed if (one.line_number, one.rule_id) == place), None)
    if trimmed is None:
        return decided
    if decided < trimmed.desired:
        return min(trimmed.granted, decided)
    return trimmed.granted + decided - trimmed.desired


def regrant(accrual: Accrual, after: int, was: ReturnedLine | None, will: ReturnedLine | None) -> Regrant:
    """What `accrual` must move by if it should have granted `after`; `was` and `will` tell what has come back of its
    line before and after the line itself was corrected.

    `reversed + shift` is what would have been reversed had the grant always been what it is now. It follows the
    returned share of the grant; where nothing came back it is what was reversed for other reasons. What expired is
    gone already: it can be neither returned nor corrected away, so the two are never more than the grant together;
    but for points that money had made good when they were restored, and that lapsed in their turn.
    """
    before = granted_of(accrual)
    taken = accrual.reversed + accrual.shift
    target = accrual.reversed
    if was is not None or will is not None:
        target = taken + returned_part(after, will) - returned_part(before, was)
    beside = max(0, taken + accrual.expired - before)
    target = min(target, after - accrual.expired + beside)
    points = (after - target) - (before - taken)
    return Regrant(accrual, before, after, points, target - accrual.reversed)


def returned_part(granted: int, line: ReturnedLine | None) -> int:
    """How much of a grant belongs to what has come back of its line."""
    return round_half_up(granted * line.returned, line.sold) if line is not None else 0


# --- one order


def unfit(order: PostedOrder) -> str:
    """Why a sale cannot be corrected as it stands; empty if it can. One that is nobody's yet has earned nothing."""
    return "" if order.state is OrderState.EVALUATED else f"it is {order.state.name}"


def corrected_document(document: OrderDocument, line: OrderLine) -> OrderDocument | None:
    """The document with a line replaced by one of the same number, brand and SKU; None if it has no such line."""
    old = document.line(line.line_number)
    if old is None or (old.brand, old.sku) != (line.brand, line.sku):
        return None
    lines = tuple(line if one.line_number == line.line_number else one for one in document.lines)
    return replace(document, total=checked(sum(one.net for one in lines), "order total"), lines=lines)


def recounted(line: OrderLine, known: ReturnedLine) -> ReturnedLine | None:
    """What has come back of a line, counted against the line as corrected; None if more came back than that."""
    sold = {
        ReturnBasis.QUANTITY: line.quantity,
        ReturnBasis.AMOUNT: max(line.net, 0),
        ReturnBasis.WHOLE: 1,
    }[known.basis]
    return replace(known, sold=sold) if known.returned <= sold else None


# --- a plan


class CorrectionState(Enum):
    """Where a planned correction stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLIED = "applied"


class CorrectionOrderState(Enum):
    """Where one order of a planned correction stands."""

    PLANNED = "planned"
    CORRECTED = "corrected"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CorrectionScope:
    """Which orders a correction looks at; an empty tuple means any. `start_time` counts, `end_time` does not."""

    brands: tuple[str, ...]
    locations: tuple[str, ...]
    start_time: datetime | None
    end_time: datetime | None
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionEffect:
    """What a correction comes to for one brand; `spent_points` of the lost ones were spent already. `liability`: minor
    units by currency, gains less losses."""

    brand: str
    gaining_members: int
    gained_points: int
    losing_members: int
    lost_points: int
    spent_points: int
    liability: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """What would change for one order. `digest` names the differences; empty if there are none."""

    order_id: str
    home: str
    digest: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A planned correction. `orders` were looked at, `changed_orders` of them would change. `caller` and `operator_id`
    planned it, `approver` is the operator who had it applied (empty before)."""

    program: str
    correction_id: str
    state: CorrectionState
    scope: CorrectionScope
    revision: str
    reason: str
    operator_id: str
    caller: str
    orders: int
    changed_orders: int
    effects: tuple[CorrectionEffect, ...]
    plan_time: datetime
    approver: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionProgress:
    """A planned correction and how far it has come."""

    correction: Correction
    applied_orders: int
    skipped_orders: int


def correction_key(program: str, order_id: str, correction_id: str) -> bytes:
    """The directory key of a sale's correction."""
    return hash_of("correction", program, order_id, correction_id)


def correction_id_of(program: str, caller: str, request_id: str) -> str:
    """The id of the correction that a request makes."""
    return made_id("cor", program, caller, request_id)
