"""Spending: at once, or set aside and captured; and what debts cost that other points repay."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TypeVar

from tests.property.ledger.fractions_model import cumulative, half_up, once
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.documents import Hold, Piece, Redemption
from tests.property.ledger.machine.facts import Fact, Lot, Owed, Refused, Shop

T = TypeVar("T")
Part = tuple[Lot, int]
Lines = Callable[[int, int], Sequence[tuple[int, int]]]
"""How so many points of such a value split over the lines of an order."""


def one_line(points: int, _value: int) -> Sequence[tuple[int, int]]:
    """A redemption without an order has one implied line."""
    return [(1, points)]


def redeem(account: Account, now: datetime, redemption_id: str, points: int, shop: Shop, quoted: int | None) -> None:
    """Spends points in one step."""
    parts = _chosen(account, now, points, shop, quoted)
    _spend(account, redemption_id, parts, shop, shop.worth(points), [(1, points)])


def authorize(
    account: Account, now: datetime, hold_id: str, points: int, shop: Shop, quoted: int | None, seconds: int
) -> None:
    """Sets points aside."""
    parts = _chosen(account, now, points, shop, quoted)
    hold = Hold(hold_id, now + timedelta(seconds=seconds), [], shop)
    account.holds[hold_id] = hold
    _set_aside(account, hold, parts)


def increase(account: Account, now: datetime, hold_id: str, points: int) -> None:
    """Sets more aside."""
    hold = open_hold(account, hold_id)
    assert hold.shop is not None
    if points % hold.shop.block:
        raise Refused("NOT_REDEEMABLE_SO")
    parts = taken(account, now, points, hold.shop)
    _check_terms(parts, hold.shop)
    _set_aside(account, hold, parts)


def capture(
    account: Account, now: datetime, redemption_id: str, hold_id: str, points: int, release: bool
) -> Redemption:
    """Spends points that are set aside; 0: all of them."""
    hold = open_hold(account, hold_id)
    made = capture_of(account, now, redemption_id, hold, points, release)
    repay(account, now)
    return made


def capture_of(
    account: Account, now: datetime, redemption_id: str, hold: Hold, points: int, release: bool, lines: Lines = one_line
) -> Redemption:
    """The same of a known hold, for the lines of an order."""
    assert hold.shop is not None
    points = points or hold.holds
    if points > hold.holds:
        raise Refused("CAPTURE_EXCEEDS_HOLD")
    value = hold.shop.worth(hold.captured + points) - hold.captured_value
    if value == 0:
        raise Refused("WORTH_NOTHING")
    parts: list[Part] = []
    for lot, held in sorted(_by_lot(hold), key=lambda part: account.turn(hold.shop)(part[0])):
        part = min(held, points - sum(taken for _, taken in parts))
        if part:
            parts.append((lot, part))
    made = _spend(account, redemption_id, parts, hold.shop, value, lines(points, value), captured=True)
    hold.captured, hold.captured_value = hold.captured + points, hold.captured_value + value
    took = Counter(dict(parts))
    hold.parts = [(lot, held - took[lot]) for lot, held in _by_lot(hold) if held > took[lot]]
    if release or not hold.parts:
        account.free(now, hold, "cleared")
    return made


def void(account: Account, now: datetime, hold_id: str) -> None:
    """Frees what is set aside; it first repays what is owed."""
    account.free(now, open_hold(account, hold_id), "voided")
    repay(account, now)


def open_hold(account: Account, hold_id: str) -> Hold:
    """An authorization that still holds points."""
    hold = account.holds.get(hold_id)
    if hold is None or hold.shop is None:
        raise Refused("AUTHORIZATION_NOT_FOUND")
    if hold.state != "open":
        raise Refused("AUTHORIZATION_ENDED")
    return hold


def taken(account: Account, now: datetime, points: int, shop: Shop) -> list[Part]:
    """Points in the shop's burn order; what is owed cannot be spent."""
    lots = account.spendable(now, shop.place, shop)
    if sum(account.remaining(lot) for lot in lots) - account.debt < points:
        raise Refused("INSUFFICIENT_POINTS")
    parts: list[Part] = []
    for lot in lots:
        part = min(points - sum(taken for _, taken in parts), account.remaining(lot))
        if part:
            parts.append((lot, part))
    return parts


def _chosen(account: Account, now: datetime, points: int, shop: Shop, quoted: int | None) -> list[Part]:
    if points < shop.minimum or points % shop.block:
        raise Refused("NOT_REDEEMABLE_SO")
    value = shop.worth(points)
    if value == 0:
        raise Refused("WORTH_NOTHING")
    if quoted not in (None, value):
        raise Refused("QUOTE_CHANGED")
    parts = taken(account, now, points, shop)
    _check_terms(parts, shop)
    return parts


def _set_aside(account: Account, hold: Hold, parts: Sequence[Part]) -> None:
    hold.points += sum(points for _, points in parts)
    hold.parts += parts
    hold.parts = _by_lot(hold)
    for lot, points in parts:
        account.add(Fact(lot, "held", points, "authorization", hold.hold_id))


def _by_lot(hold: Hold) -> list[Part]:
    sums: Counter[Lot] = Counter()
    for lot, points in hold.parts:
        sums[lot] += points
    return list(sums.items())


def _spend(
    account: Account,
    redemption_id: str,
    parts: Sequence[Part],
    shop: Shop,
    value: int,
    lines: Sequence[tuple[int, int]],
    captured: bool = False,
) -> Redemption:
    pieces = []
    walked = abreast(lines, parts)
    cents_of: list[int] = []
    for (line, _), worth in zip(lines, once(value, tuple(points for _, points in lines)), strict=True):
        cents_of += once(worth, tuple(part for number, _, part in walked if number == line))
    for (line, lot, part), cents in zip(walked, cents_of, strict=True):
        borne, owed = _price(lot, cents, shop)
        burn = Fact(
            lot,
            "redeemed",
            part,
            "redemption",
            redemption_id,
            value=cents,
            price=sum(borne),
            owed=owed,
            borne=borne,
            captured=captured,
        )
        pieces.append(Piece(line, account.add(burn), part, cents))
    made = Redemption(redemption_id, shop, sum(part for _, part in parts), value, pieces)
    account.redemptions[redemption_id] = made
    account.acted = True
    return made


def abreast(lines: Sequence[tuple[int, int]], parts: Sequence[tuple[T, int]]) -> list[tuple[int, T, int]]:
    """Lines by number and lots in burn order, side by side."""
    points = [line for line, count in sorted(lines) for _ in range(count)]
    sources = [source for source, count in parts for _ in range(count)]
    walked: list[tuple[int, T, int]] = []
    for line, source in zip(points, sources, strict=True):
        if walked and walked[-1][0] == line and walked[-1][1] is source:
            walked[-1] = (line, source, walked[-1][2] + 1)
        else:
            walked.append((line, source, 1))
    return walked


def _check_terms(parts: Sequence[Part], shop: Shop) -> None:
    for lot, _ in parts:
        _price(lot, 0, shop)


def _price(lot: Lot, cents: int, shop: Shop) -> tuple[tuple[int, ...], tuple[Owed, ...]]:
    borne: list[int] = []
    for (entity, _), face in zip(lot.funders, once(cents, lot.weights), strict=True):
        if entity != shop.redeemer and entity not in shop.shares:
            raise Refused("NO_SETTLEMENT_TERMS")
        borne.append(face if entity == shop.redeemer else half_up(face * shop.shares[entity]))
    bearers = zip((entity for entity, _ in lot.funders), borne, strict=True)
    owed = ((e, shop.redeemer, amount) for e, amount in bearers if amount and e != shop.redeemer)
    return tuple(borne), tuple(owed)


# --- debts


def repay(account: Account, now: datetime) -> int:
    """Other points pay what was spent before its goods came back; how many."""
    paid = 0
    while True:
        debtors = sorted((lot for lot in account.lots if account.debt_of(lot)), key=account.turn())
        payers = account.spendable(now)
        payable = next((lot for lot in debtors if unpaid(account, lot)), None)
        if payable is None or not payers:
            return paid
        most = min(account.debt_of(payable), account.remaining(payers[0]))
        paid += pay_with(account, payable, payers[0], most)


def unpaid(account: Account, lot: Lot) -> list[Fact]:
    """Its burns that are neither given back nor repaid as a whole, latest first."""
    latest = sorted(account.burns(lot), key=lambda burn: burn.at, reverse=True)
    return [burn for burn in latest if left_of(account, burn) > 0]


def left_of(account: Account, burn: Fact) -> int:
    """Points of a burn that a repayment may still pay."""
    return burn.spent - account.restored(burn)[0] - account.repaid(burn)[0]


def pay_with(account: Account, debtor: Lot, payer: Lot, most: int) -> int:
    """The payer pays the latest burn of a debtor that is not paid, at most so many points; how many."""
    burn = unpaid(account, debtor)[0]
    points = min(most, left_of(account, burn))
    price = price_of(account, burn, points)
    borne = once(price, payer.weights)
    givers = zip((entity for entity, _ in payer.funders), borne, strict=True)
    owed = side_by_side(list(givers), takers_between(account, burn, price))
    account.add(
        Fact(payer, "redeemed", points, "repayment", price=price, pays=burn, owed=owed, borne=borne, other=debtor)
    )
    account.add(Fact(debtor, "repaid", points, "repayment", price=price, pays=burn, other=payer))
    return points


def price_of(account: Account, burn: Fact, points: int) -> int:
    """What repaying so many more points of a burn costs: the half-up share of its price so far, less what was paid."""
    (back, undone), (before, paid) = account.restored(burn), account.repaid(burn)
    return half_up(Fraction((burn.cost - undone) * (before + points), burn.spent - back)) - paid


def takers_between(account: Account, burn: Fact, price: int) -> list[tuple[str, int]]:
    """What each funder of a debt gets of a price that was paid (below 0: gives back of one that is unwound): each gets
    back what it bore itself, so that nobody profits."""
    paid = account.repaid(burn)[1]
    least, most = sorted((paid, paid + price))
    shares = cumulative(least, most, burn.borne) if price else (0,) * len(burn.borne)
    return list(zip((entity for entity, _ in burn.lot.funders), shares, strict=True))


def side_by_side(givers: list[tuple[str, int]], takers: list[tuple[str, int]]) -> tuple[Owed, ...]:
    """Cent by cent, both in order; nobody owes itself."""
    gives = [entity for entity, cents in givers for _ in range(cents)]
    takes = [entity for entity, cents in takers for _ in range(cents)]
    flows = Counter((giver, taker) for giver, taker in zip(gives, takes, strict=True) if giver != taker)
    return tuple((giver, taker, cents) for (giver, taker), cents in flows.items())
