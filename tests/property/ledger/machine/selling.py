"""Sales: posted, paid with points, claimed, exchanged, corrected; and points that wait."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from tests.property.ledger.fractions_model import half_up, once
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.documents import Piece, Redemption, Return, Sale
from tests.property.ledger.machine.facts import Fact, Lot, Refused, Shop
from tests.property.ledger.machine.returning import returned_share, settle, to_reverse
from tests.property.ledger.machine.spending import abreast, capture_of, open_hold, repay

Unpaid = dict[int, int]
"""What is left to pay of each line that costs anything."""


@dataclass(frozen=True)
class Pay:
    """Points that pay for a sale: of an authorization to capture as `redemption_id`, or spent before."""

    hold_id: str
    redemption_id: str
    points: int
    release: bool
    lines: tuple[tuple[int, int], ...]


def sell(
    account: Account,
    now: datetime,
    sale: Sale,
    lots: Sequence[Lot],
    pays: Sequence[Pay] = (),
    waiting: Sequence[Return] = (),
) -> int:
    """A sale that earns lots, what pays for it, and what waited for it; how many points repay debts at once."""
    post(account, now, sale, lots, pays)
    paid = repay(account, now)
    settle(account, now, sale, waiting)
    return paid


def post(account: Account, now: datetime, sale: Sale, lots: Sequence[Lot], pays: Sequence[Pay]) -> None:
    """The sale alone."""
    account.sales[sale.document] = sale
    _attach_all(account, now, sale, pays)
    for lot in lots:
        _earn(account, sale, lot, "order", sale.order_id)
        account.expire(now, [lot])
    account.acted = account.acted or bool(lots)


def _earn(account: Account, sale: Sale, lot: Lot, cause: str, cause_id: str, back: int = 0) -> None:
    account.born(lot, Fact(lot, "earned", lot.granted, cause, cause_id, grant=back, shift=back))
    sale.lots = sorted([*sale.lots, lot], key=lambda one: one.name)


# --- what pays for it


def _attach_all(account: Account, now: datetime, sale: Sale, pays: Sequence[Pay]) -> None:
    worth, unpaid = 0, {line: sold["amount"] for line, sold in sale.lines.items() if sold["amount"] > 0}
    for pay in pays:
        made = _attach(account, now, sale, pay, unpaid)
        worth += made.value
        if worth > sum(sold["amount"] for sold in sale.lines.values()):
            raise Refused("TENDER_NOT_ATTACHABLE")
        _lay(made, unpaid)
    if pays:
        repay(account, now)


def _lay(made: Redemption, unpaid: Unpaid) -> None:
    """Pays off lines. Where a line gets more than was left of it, that is because its last point cannot be cut."""
    for line in {piece.line for piece in made.pieces}:
        points = sum(piece.points for piece in made.pieces if piece.line == line)
        value = sum(piece.value for piece in made.pieces if piece.line == line)
        if int(Fraction(value * (points - 1), points)) > unpaid[line]:
            raise Refused("TENDER_NOT_ATTACHABLE")
        unpaid[line] = max(0, unpaid[line] - value)


def _attach(account: Account, now: datetime, sale: Sale, pay: Pay, unpaid: Unpaid) -> Redemption:
    made = _captured(account, now, sale, pay, unpaid) if pay.hold_id else _spent_before(account, sale, pay, unpaid)
    made.order_id = sale.order_id
    sale.redemptions.append(made.redemption_id)
    return made


def _captured(account: Account, now: datetime, sale: Sale, pay: Pay, unpaid: Unpaid) -> Redemption:
    shop = account.holds[pay.hold_id].shop if pay.hold_id in account.holds else None
    if shop is None or shop.place.location != sale.location:
        # What was made elsewhere looks as if it did not exist, whatever became of it.
        raise Refused("TENDER_NOT_ATTACHABLE")
    hold = open_hold(account, pay.hold_id)

    def lines(points: int, value: int) -> Sequence[tuple[int, int]]:
        return _lines(sale, shop, points, value, pay, unpaid)

    return capture_of(account, now, pay.redemption_id, hold, pay.points, pay.release, lines)


def _spent_before(account: Account, sale: Sale, pay: Pay, unpaid: Unpaid) -> Redemption:
    known = account.redemptions.get(pay.redemption_id)
    if known is None or known.shop.place.location != sale.location or known.order_id or known.back:
        raise Refused("TENDER_NOT_ATTACHABLE")
    known.pieces = _pieces(known.pieces, _lines(sale, known.shop, known.points, known.value, pay, unpaid))
    return known


def _lines(sale: Sale, shop: Shop, points: int, value: int, pay: Pay, unpaid: Unpaid) -> Sequence[tuple[int, int]]:
    """Points by line: as the till says, or by what is unpaid over the brand's lines, or over all if none is of that
    brand. Together those lines must still cost what the points are worth."""
    if pay.lines:
        wrong = any(sale.lines.get(line, {"amount": 0})["amount"] < 1 for line, _ in pay.lines)
        if wrong or sum(part for _, part in pay.lines) != points:
            raise Refused("TENDER_NOT_ATTACHABLE")
        if value > sum(unpaid[line] for line, _ in pay.lines):
            raise Refused("TENDER_NOT_ATTACHABLE")
        return sorted(pay.lines)
    mine = [line for line in sorted(unpaid) if sale.brands[line] == shop.place.brand] or sorted(unpaid)
    amounts = tuple(unpaid[line] for line in mine)
    if value > sum(amounts):
        raise Refused("TENDER_NOT_ATTACHABLE")
    return [(line, part) for line, part in zip(mine, once(points, amounts), strict=True) if part]


def _pieces(before: Sequence[Piece], lines: Sequence[tuple[int, int]]) -> list[Piece]:
    """What was spent before, for the lines of an order; the value of each burn over its pieces."""
    walked = abreast(lines, [(piece.burn, piece.points) for piece in before])
    made = [Piece(line, burn, part, 0) for line, burn, part in walked]
    for burn in dict.fromkeys(piece.burn for piece in made):
        mine = [piece for piece in made if piece.burn is burn]
        for piece, cents in zip(mine, once(burn.value or 0, tuple(p.points for p in mine)), strict=True):
            piece.value = cents
    return made


# --- sales that named nobody


def claim(
    account: Account, now: datetime, at: datetime, sale: Sale | None, nobodys: bool, days: int, lots: Sequence[Lot]
) -> int:
    """Credits a sale that named nobody, as of its time."""
    if sale is None or not nobodys or sale.state != "claimable":
        raise Refused("ORDER_NOT_CLAIMABLE")
    if at - sale.at >= timedelta(days=days):
        raise Refused("CLAIM_TOO_LATE")
    sale.state = "evaluated"
    account.sales[sale.document] = sale
    for lot in lots:
        _earn(account, sale, lot, "order", sale.order_id)
        account.expire(now, [lot])
    for lot in lots:
        back = to_reverse(account, lot, returned_share(sale, lot.line))
        if back:
            account.add(Fact(lot, "reversed", back, "return", sale.returns[-1]))
    account.acted = account.acted or bool(lots)
    return repay(account, now)


# --- corrections


def correct(
    account: Account,
    now: datetime,
    correction_id: str,
    document: str,
    wanted: Sequence[Lot],
    changed: dict[int, dict[str, int]],
    seen: tuple[str, ...],
) -> int:
    """Judges a sale again: `wanted` are the lots as they should have been earned."""
    sale = account.sales[document]
    if tuple(sale.corrections) != seen:
        raise Refused("OVERTAKEN")
    if sale.state != "evaluated":
        raise Refused("NOT_CORRECTABLE")
    before = {line: returned_share(sale, line) for line in sale.lines}
    for line, sold in changed.items():
        basis, back = sale.returned.get(line, ("whole", 0))
        if sold[basis] < back:
            raise Refused("NOT_CORRECTABLE")
    sale.lines = sale.lines | changed
    sale.corrections.append(correction_id)
    should = {lot.name: lot for lot in wanted}
    known = list(sale.lots)
    for lot in known:
        grant = should[lot.name].granted if lot.name in should else 0
        _regrant(account, lot, grant, before[lot.line], returned_share(sale, lot.line), correction_id)
        account.expire(now, [lot])
    names = {lot.name for lot in known}
    for lot in (lot for lot in wanted if lot.name not in names):
        back = half_up(lot.granted * returned_share(sale, lot.line))
        if lot.granted > back:
            born = replace(lot, granted=lot.granted - back)
            _earn(account, sale, born, "correction", correction_id, back)
            account.expire(now, [born])
    return repay(account, now)


def _regrant(account: Account, lot: Lot, grant: int, before: Fraction, after: Fraction, correction_id: str) -> None:
    """As docs/adr/0025 counts."""
    old, taken, expired = account.grant(lot), account.taken(lot), account.total(lot, "expired")
    # What money made good and was restored stands beside the grant, and may have lapsed in its turn.
    beside = max(0, taken + expired - old)
    target = taken + half_up(grant * after) - half_up(old * before) if after else account.total(lot, "reversed")
    then = min(target, grant - expired + beside)
    points = (grant - then) - (old - taken)
    if (grant, then, points) == (old, taken, 0):
        return
    kind = "adjusted" if points else "judged"
    account.add(Fact(lot, kind, points, "correction", correction_id, grant=grant - old, shift=then - taken))


# --- points that wait


def waiting(
    account: Account, now: datetime, document: str, line: int, lot: Lot | None, named: bool, also_held: bool
) -> list[Lot]:
    """The pending lots that are meant: of a sale, of a line of it, or one by name."""
    if named:
        if lot is None or lot not in account.lots:
            raise Refused("ACCRUAL_NOT_FOUND")
        meant = [lot]
    else:
        sale = account.sales.get(document)
        meant = [] if sale is None else [lot for lot in sale.lots if line in (0, lot.line)]
    filled = (lot for lot in meant if account.remaining(lot) > 0 or (also_held and account.held(lot) > 0))
    found = [lot for lot in filled if account.is_pending(lot, now)]
    if not found:
        raise Refused("NOTHING_PENDING")
    return found


def activate(account: Account, now: datetime, pending_id: str, lots: Sequence[Lot]) -> int:
    """Makes them spendable."""
    for lot in lots:
        account.add(Fact(lot, "rescheduled", 0, "pending", pending_id, available_at=now))
    return repay(account, now)


def cancel(account: Account, pending_id: str, lots: Sequence[Lot]) -> None:
    """Takes them back."""
    for lot in lots:
        account.add(Fact(lot, "reversed", account.remaining(lot), "pending", pending_id))
