"""What a figure is made of: which postings, or which movements, and with what sign.

A selection is applied twice by different means: to balances and totals, which gives the figure, and to the journal or
the movements by SQL, which gives the lines behind it. Both must agree; a property test has them do so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from settlement_service.domain import refusals
from settlement_service.domain.figure_names import (
    ACCOUNT_BALANCE,
    ALL,
    BRAND_KIND,
    BRAND_LINE,
    BRAND_MONEY,
    CARRYING,
    CLAIM,
    CLAIMS,
    DEBTS,
    FUNDING,
    NET,
    OBLIGATION,
    PLACE,
    PLACE_PARTY,
    POINTS,
    POSITION,
    RESERVE,
    Family,
    FigureName,
)
from settlement_service.domain.figures import Balance, BrandPoints
from settlement_service.domain.roll_ups.definitions import BY_ID, Unit


class Source(Enum):
    """Which entries count: all, those that movements caused, or all but those of nettings and their payments."""

    ALL = "ALL"
    MOVEMENTS = "MOVEMENTS"
    NOT_NETTED = "NOT_NETTED"


class Counted(Enum):
    """What of a movement counts: its points, what it does to outstanding points, or to the debt among them."""

    POINTS = "POINTS"
    OUTSTANDING = "OUTSTANDING"
    DEBT = "DEBT"


@dataclass(frozen=True, slots=True)
class PostingSelection:
    """Postings to `accounts`, each with the sign it counts with. None: any. `currency` empty: the points side."""

    entity: str | None
    currency: str
    accounts: Mapping[str, int]
    counterparty: str | None = None
    brand: str | None = None
    source: Source = Source.ALL


@dataclass(frozen=True, slots=True)
class MovementSelection:
    """Movements of a brand's accruals. `kinds` or `spent_at` None: any."""

    brand: str
    counted: Counted
    kinds: tuple[str, ...] | None = None
    spent_at: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceSelection:
    """A measure of a roll-up; `region`, `operator` and `location` None: all."""

    region: str | None
    operator: str | None
    location: str | None
    brand: str
    measure: str
    party: str
    currency: str


Selection = PostingSelection | MovementSelection | PlaceSelection

_DUE_TO, _DUE_FROM = "due_to", "due_from"

_LINES: Mapping[str, tuple[Counted, tuple[str, ...] | None, str | None]] = {
    "earned": (Counted.POINTS, ("EARNED",), None),
    "redeemed_own": (Counted.POINTS, ("REDEEMED",), "OWN"),
    "redeemed_cross": (Counted.POINTS, ("REDEEMED",), "CROSS"),
    "redeemed_repayment": (Counted.POINTS, ("REDEEMED",), "REPAYMENT"),
    "restored": (Counted.POINTS, ("RESTORED",), None),
    "reversed": (Counted.POINTS, ("REVERSED",), None),
    "repaid": (Counted.POINTS, ("REPAID",), None),
    "expired": (Counted.POINTS, ("EXPIRED",), None),
    "adjusted": (Counted.OUTSTANDING, ("IMPORTED", "TRANSFERRED_IN", "TRANSFERRED_OUT", "ADJUSTED"), None),
    "closing": (Counted.OUTSTANDING, None, None),
    "receivable": (Counted.DEBT, None, None),
}


def line_selection(brand: str, line: str) -> MovementSelection:
    """What a line of a brand's roll-forward is made of."""
    counted, kinds, spent_at = _LINES[line]
    return MovementSelection(brand, counted, kinds, spent_at)


def selection_of(name: FigureName) -> Selection:
    """What a figure is made of. Refuses FIGURE_UNKNOWN for a measure that is not defined in such a unit."""
    if name.family in _BILATERAL:
        account, sign, source = _BILATERAL[name.family]
        entity, counterparty, currency = name.parts
        return PostingSelection(entity, currency, {account: sign}, counterparty, source=source)
    if name.family in (PLACE, PLACE_PARTY):
        return _place(name.parts)
    return _other(name)


def _other(name: FigureName) -> Selection:
    parts = name.parts
    match name.family:
        case family if family == ACCOUNT_BALANCE:
            entity, account, counterparty, unit = parts
            return PostingSelection(entity, "" if unit == POINTS else unit, {account: 1}, counterparty)
        case family if family == FUNDING:
            return PostingSelection(parts[0], parts[2], {"promotional_expense": 1}, brand=parts[1])
        case family if family == BRAND_LINE:
            return line_selection(parts[0], parts[1])
        case family if family == BRAND_KIND:
            return MovementSelection(parts[0], Counted.POINTS, (parts[1],))
        case family if family == BRAND_MONEY:
            brand, side, currency = parts
            signs = {"points_liability": -1} if side == "liability" else {"member_receivable": 1}
            return PostingSelection(None, currency, signs, brand=brand)
        case family if family == NET:
            return PostingSelection(parts[0], parts[1], {_DUE_TO: 1, _DUE_FROM: 1})
        case _:
            assert name.family == CARRYING
            account = "points_liability" if parts[2] == "liability" else "member_receivable"
            return PostingSelection(parts[0], parts[1], {account: -1}, source=Source.MOVEMENTS)


_BILATERAL: Mapping[Family, tuple[str, int, Source]] = {
    CLAIMS: (_DUE_FROM, 1, Source.NOT_NETTED),
    DEBTS: (_DUE_TO, -1, Source.NOT_NETTED),
    OBLIGATION: (_DUE_TO, -1, Source.MOVEMENTS),
    CLAIM: (_DUE_FROM, 1, Source.MOVEMENTS),
    POSITION: (_DUE_TO, -1, Source.ALL),
    RESERVE: ("reserve_held", -1, Source.MOVEMENTS),
}


def _place(parts: tuple[str, ...]) -> PlaceSelection:
    region, operator, location, brand, measure, *rest = parts
    party, unit = rest or ("", POINTS)
    defined = BY_ID.get(measure)
    if defined is None or defined.by_party != (party != "") or (defined.unit is Unit.POINTS) != (unit == POINTS):
        raise refusals.figure_unknown(measure)
    return PlaceSelection(
        region=None if region == ALL else region,
        operator=None if operator == ALL else operator,
        location=None if location == ALL else location,
        brand=brand,
        measure=measure,
        party=party,
        currency="" if unit == POINTS else unit,
    )


def balance_of(selection: PostingSelection, balances: Iterable[Balance], netted: Iterable[Balance]) -> int:
    """The figure from balances; `netted` are what nettings and their payments posted. Entries of movements
    have a brand, those of vouchers none."""
    amount = sum(_part(selection, balance) for balance in balances)
    if selection.source is Source.NOT_NETTED:
        amount -= sum(_part(selection, balance) for balance in netted)
    return amount


def _part(selection: PostingSelection, balance: Balance) -> int:
    counts = (
        selection.entity in (None, balance.entity)
        and balance.currency == selection.currency
        and selection.counterparty in (None, balance.counterparty)
        and selection.brand in (None, balance.brand)
        and (selection.source is not Source.MOVEMENTS or balance.brand != "")
    )
    return selection.accounts.get(balance.account, 0) * balance.amount if counts else 0


def points_of(selection: MovementSelection, totals: Iterable[BrandPoints]) -> int:
    """The figure from totals of brands."""
    rows = (
        total
        for total in totals
        if total.brand == selection.brand
        and (selection.kinds is None or total.kind in selection.kinds)
        and selection.spent_at in (None, total.spent_at)
    )
    match selection.counted:
        case Counted.POINTS:
            return sum(row.points for row in rows)
        case Counted.OUTSTANDING:
            return sum(row.outstanding for row in rows)
        case Counted.DEBT:
            return sum(row.debt for row in rows)
