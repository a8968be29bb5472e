"""What every measure of the roll-ups is, in one place. `place_total` is kept by these definitions, the checker of the
books counts by them again, and docs/reference is rendered from them.

A measure counts movements of some kinds at a place: where the accrual was EARNED (its own location, operator, region
and brand), or where the event TOOK PLACE (its location, operator, region; the brand whose goods were paid, else the
accrual's). A flow is what happened in a period; what stands at its end (`Nature.CLOSING`) is the sum of all periods up
to it. Sums over places and brands add up, so a region is the sum of its operators, these of their locations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from settlement_service.domain.event import EFFECT, Kind


class Unit(StrEnum):
    """What a measure is in."""

    POINTS = "points"
    MONEY = "money"


class Nature(StrEnum):
    """Whether a measure is a period's own or stands at its end."""

    FLOW = "flow"
    CLOSING = "closing"


class At(StrEnum):
    """At which place a movement counts."""

    EARNED = "earned"
    TOOK_PLACE = "took_place"


class Amount(StrEnum):
    """Which of a movement's amounts counts. POINTS: its points. CHANGE: what it did to remaining + held. DEBT: what it
    did to the part of that below zero. LIABILITY, RECEIVABLE: change of the carrying value above and below zero, all
    funders. CARRYING: both, by funder (the party). VALUE: what the points were worth to the shopper."""

    POINTS = "points"
    CHANGE = "change"
    DEBT = "debt"
    LIABILITY = "liability"
    RECEIVABLE = "receivable"
    CARRYING = "carrying"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `signs` says which kinds count, and as what; `spent_at` (empty: any) which redeemed movements: OWN,
    CROSS, REPAYMENT. Restored points and repayments are told apart by `without_repayments`: only movements whose cause
    is none."""

    measure_id: str
    name: str
    meaning: str
    unit: Unit
    nature: Nature
    at: At
    amount: Amount
    signs: Mapping[Kind, int]
    spent_at: str = ""
    without_repayments: bool = False

    @property
    def by_party(self) -> bool:
        """True if it is kept by funder."""
        return self.amount is Amount.CARRYING


def _signs(*adds: Kind, takes: tuple[Kind, ...] = ()) -> Mapping[Kind, int]:
    return MappingProxyType(dict.fromkeys(adds, 1) | dict.fromkeys(takes, -1))


_MOVING = _signs(*EFFECT)
_POINTS, _MONEY, _FLOW, _CLOSING = Unit.POINTS, Unit.MONEY, Nature.FLOW, Nature.CLOSING
_GIVEN = (Kind.EARNED, Kind.IMPORTED, Kind.REVERSED, Kind.ADJUSTED)

MEASURES: tuple[Measure, ...] = (
    Measure(
        "issued",
        "Points issued",
        "Points given by sales and taken over by imports, before anything came back.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.EARNED, Kind.IMPORTED),
    ),
    Measure(
        "reversed",
        "Points reversed",
        "Points taken back with returned goods.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.REVERSED),
    ),
    Measure(
        "expired",
        "Points expired",
        "Points that lapsed.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.EXPIRED),
    ),
    Measure(
        "adjusted",
        "Points adjusted",
        "Net points of goodwill, corrections, transfers, and debt made good or written off.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.CHANGE,
        _signs(Kind.ADJUSTED, Kind.TRANSFERRED_IN, Kind.TRANSFERRED_OUT),
    ),
    Measure(
        "spent",
        "Points spent",
        "Points earned here that were redeemed anywhere, those that repaid a debt among them.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.REDEEMED),
    ),
    Measure(
        "cross_out",
        "Points spent elsewhere",
        "Points earned here that were redeemed at another entity than their issuer.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.REDEEMED),
        spent_at="CROSS",
    ),
    Measure(
        "repaid",
        "Points repaid",
        "Points of debt of accruals earned here that other points paid, less what was unwound.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.REPAID),
    ),
    Measure(
        "given_back",
        "Points given back",
        "Points earned here that were restored after being spent, also to a payer whose payment was unwound.",
        _POINTS,
        _FLOW,
        At.EARNED,
        Amount.POINTS,
        _signs(Kind.RESTORED),
    ),
    Measure(
        "outstanding",
        "Points outstanding",
        "Remaining and held points of accruals earned here, less what members owe: issued − reversed − expired + "
        "adjusted − spent + repaid + given back, summed over all periods.",
        _POINTS,
        _CLOSING,
        At.EARNED,
        Amount.CHANGE,
        _MOVING,
    ),
    Measure(
        "owed_by_members",
        "Points owed by members",
        "The part of accruals earned here that stands below zero, as a positive number.",
        _POINTS,
        _CLOSING,
        At.EARNED,
        Amount.DEBT,
        _MOVING,
    ),
    Measure(
        "liability",
        "Points liability",
        "What outstanding points of accruals earned here stand for in their funders' books, above zero.",
        _MONEY,
        _CLOSING,
        At.EARNED,
        Amount.LIABILITY,
        _MOVING,
    ),
    Measure(
        "receivable",
        "Member receivable",
        "What points owed by members stand for, as a negative amount.",
        _MONEY,
        _CLOSING,
        At.EARNED,
        Amount.RECEIVABLE,
        _MOVING,
    ),
    Measure(
        "funded",
        "Funding by source",
        "What points cost by funder: carrying value of points given by sales, imports and persons, less what returned "
        "goods and corrections took back.",
        _MONEY,
        _FLOW,
        At.EARNED,
        Amount.CARRYING,
        _signs(*_GIVEN),
    ),
    Measure(
        "redeemed_own",
        "Points redeemed, own",
        "Points spent here whose issuer's entity runs the redemption.",
        _POINTS,
        _FLOW,
        At.TOOK_PLACE,
        Amount.POINTS,
        _signs(Kind.REDEEMED),
        spent_at="OWN",
    ),
    Measure(
        "cross_in",
        "Points redeemed, of others",
        "Points spent here that another entity issued.",
        _POINTS,
        _FLOW,
        At.TOOK_PLACE,
        Amount.POINTS,
        _signs(Kind.REDEEMED),
        spent_at="CROSS",
    ),
    Measure(
        "restored",
        "Points restored",
        "Points given back here after being spent: the place of the return, which may be another than that of the "
        "purchase.",
        _POINTS,
        _FLOW,
        At.TOOK_PLACE,
        Amount.POINTS,
        _signs(Kind.RESTORED),
        without_repayments=True,
    ),
    Measure(
        "discount",
        "Discount given",
        "What shoppers paid with points here, less what was given back here, in money.",
        _MONEY,
        _FLOW,
        At.TOOK_PLACE,
        Amount.VALUE,
        _signs(Kind.REDEEMED, takes=(Kind.RESTORED,)),
        without_repayments=True,
    ),
)

BY_ID: Mapping[str, Measure] = MappingProxyType({measure.measure_id: measure for measure in MEASURES})

BY_KIND: Mapping[Kind, tuple[Measure, ...]] = MappingProxyType({
    kind: tuple(measure for measure in MEASURES if kind in measure.signs) for kind in Kind
})  # fmt: skip
"""The measures that movements of a kind count for."""
