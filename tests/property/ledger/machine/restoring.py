"""Points of redemptions given back: to the lots they came from, and through those to the lots that had paid for them.

As docs/adr/0021 tells it: restored points fill open debt first, then unwind repayments, newest first.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.property.ledger.fractions_model import cumulative, half_up
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.documents import Piece, Policy, Redemption
from tests.property.ledger.machine.facts import Fact, Lot, Owed, Refused
from tests.property.ledger.machine.spending import left_of, pay_with, side_by_side, takers_between, unpaid

Given = tuple[int, int]
"""Points and cents."""


@dataclass(frozen=True)
class Work:
    """Points and cents that come back to what was spent of a lot. `debt`: what the lot owed before; `unpaid`: points of
    the burn that nobody had paid."""

    burn: Fact
    points: int
    cents: int
    debt: int
    unpaid: int


def restore(account: Account, now: datetime, redemption_id: str, points: int, policy: Policy) -> Given:
    """Points of a redemption (0: all that are left) come back; how many, and what they were worth."""
    made = account.redemptions.get(redemption_id)
    if made is None:
        raise Refused("REDEMPTION_NOT_FOUND")
    left = made.points - made.back
    if left == 0 or points > left:
        raise Refused("NOT_RESTORABLE")
    return give(account, now, made, over_lines(made, points or left), policy, "redemption", redemption_id)


def over_lines(made: Redemption, points: int) -> dict[int, int]:
    """Each point goes to the line that is furthest behind its share of what was paid, the lowest of equals."""
    paid: Counter[int] = Counter()
    back: Counter[int] = Counter()
    for piece in made.pieces:
        paid[piece.line] += piece.points
        back[piece.line] += piece.back
    shares = dict.fromkeys(sorted(paid), 0)
    for _ in range(points):
        line = max(shares, key=lambda one: Fraction(paid[one], 2 * (back[one] + shares[one]) + 1))
        shares[line] += 1
    return shares


def give(
    account: Account, now: datetime, made: Redemption, shares: dict[int, int], policy: Policy, cause: str, cause_id: str
) -> Given:
    """So many points of each line of a redemption come back."""
    before = made.back, made.back_value
    work: list[tuple[Fact, int, int, int]] = []
    for line, points in sorted(shares.items()):
        work += _of_line(made, [piece for piece in made.pieces if piece.line == line], points)
    touched: list[Lot] = []
    for burn, points, value, undone in work:
        touched += _give_back(account, burn, points, value, undone, cause, cause_id, made.shop.redeemer)
    linger(account, now, touched, policy, cause, cause_id)
    return made.back - before[0], made.back_value - before[1]


def _of_line(made: Redemption, pieces: list[Piece], points: int) -> Iterable[tuple[Fact, int, int, int]]:
    """What each piece of a line gets back: burn, points, value, and price."""
    back, worth = sum(piece.back for piece in pieces), sum(piece.value for piece in pieces)
    after = back + points
    value = worth if after == sum(piece.points for piece in pieces) else min(worth, made.shop.worth(after))
    parts = cumulative(back, after, [piece.points for piece in pieces])
    known = sum(piece.back_value for piece in pieces)
    cents = cumulative(known, value, [piece.value for piece in pieces]) if worth else (0,) * len(pieces)
    for piece, part, value_part in zip(pieces, parts, cents, strict=True):
        before = _undone(made, piece.burn)
        piece.back, piece.back_value = piece.back + part, piece.back_value + value_part
        undone = _undone(made, piece.burn) - before
        if part or value_part or undone:
            yield piece.burn, part, value_part, undone


def _undone(made: Redemption, burn: Fact) -> int:
    """What is undone so far of the price of a burn: it follows its value; all of it with the last point."""
    pieces = [piece for piece in made.pieces if piece.burn is burn]
    if sum(piece.back for piece in pieces) == burn.spent:
        return burn.cost
    if not burn.value:
        return 0
    return half_up(Fraction(burn.cost * sum(piece.back_value for piece in pieces), burn.value))


def _give_back(
    account: Account, burn: Fact, points: int, value: int, undone: int, cause: str, cause_id: str, redeemer: str
) -> list[Lot]:
    was = account.restored(burn)[1]
    parts = cumulative(was, was + undone, burn.borne) if undone else (0,) * len(burn.borne)
    owed = tuple(
        (entity, redeemer, -part)
        for (entity, _), part in zip(burn.lot.funders, parts, strict=True)
        if part and entity != redeemer
    )
    work = [Work(burn, points, undone, account.debt_of(burn.lot), max(0, left_of(account, burn)))]
    account.add(Fact(burn.lot, "restored", points, cause, cause_id, value=value, price=-undone, undoes=burn, owed=owed))
    touched: list[Lot] = []
    again: list[tuple[Lot, Lot, int]] = []
    while work:
        one = work.pop(0)
        touched.append(one.burn.lot)
        more, passing = _unwind(account, one)
        work, again = work + more, again + passing
    for debtor, payer, most in again:
        _pay_again(account, debtor, payer, most)
    return touched


def _pay_again(account: Account, debtor: Lot, payer: Lot, most: int) -> None:
    """Unwound in passing: who paid a burn that needs it no more pays another of the same lot, with what is its own."""
    left = min(most, max(0, account.remaining(payer)), account.debt_of(debtor))
    while left > 0 and unpaid(account, debtor):
        left -= pay_with(account, debtor, payer, left)


def _unwind(account: Account, one: Work) -> tuple[list[Work], list[tuple[Lot, Lot, int]]]:
    """What comes back fills the debt that nobody had paid; for the rest repayments are unwound. What comes back to
    their payers, and who of them is to pay how much of the lot's other burns, whose debt the points filled."""
    filled = min(one.points, one.debt, one.unpaid)
    for_others = min(one.points, one.debt) - filled
    left = one.points - filled
    cents = one.cents - (half_up(Fraction(one.cents * filled, one.points)) if filled else 0)
    more: list[Work] = []
    again: list[tuple[Lot, Lot, int]] = []
    for pair in _repayments(account, one.burn):
        points, price = _stands(account, pair)
        part = min(points, left)
        if part == 0:
            continue
        undone = price if part == points else min(max(0, cents), price)
        more.append(_undo(account, pair, part, undone))
        passing = min(part, for_others)
        again.append((one.burn.lot, pair.lot, passing))
        left, cents, for_others = left - part, cents - undone, for_others - passing
    return more, again


def _repayments(account: Account, burn: Fact) -> list[Fact]:
    """The payers' facts of the repayments of a burn, then of the other burns of its lot; newest first."""
    pairs = [
        fact
        for fact in account.facts
        if fact.kind == "redeemed" and fact.pays is not None and fact.pays.lot is burn.lot
    ]
    own = newest(fact for fact in pairs if fact.pays is burn)
    return [*own, *newest(fact for fact in pairs if fact.pays is not burn)]


def newest(facts: Iterable[Fact]) -> list[Fact]:
    """Newest first."""
    return sorted(facts, key=lambda fact: fact.at, reverse=True)


def _stands(account: Account, pair: Fact) -> Given:
    """What is left of a repayment."""
    points, price = account.restored(pair)
    return pair.points - points, (pair.price or 0) - price


def _undo(account: Account, pair: Fact, points: int, cents: int) -> Work:
    """Undoes a repayment in part; what comes back to the payer."""
    burn, payer = pair.pays, pair.lot
    assert burn is not None
    was = account.restored(pair)[1]
    gives = cumulative(was, was + cents, pair.borne) if cents else (0,) * len(pair.borne)
    givers = list(zip((entity for entity, _ in payer.funders), gives, strict=True))
    takers = takers_between(account, burn, -cents)
    owed: tuple[Owed, ...] = tuple((g, t, -c) for g, t, c in side_by_side(givers, takers))
    work = Work(pair, points, cents, account.debt_of(payer), max(0, left_of(account, pair)))
    account.add(
        Fact(payer, "restored", points, "repayment", price=-cents, pays=burn, undoes=pair, owed=owed, other=burn.lot)
    )
    account.add(Fact(burn.lot, "repaid", -points, "repayment", price=-cents, pays=burn, undoes=pair, other=payer))
    return work


def linger(account: Account, now: datetime, lots: Iterable[Lot], policy: Policy, cause: str, cause_id: str) -> None:
    """What has lapsed of lots that got points back: a grace period, or gone at once."""
    for lot in dict.fromkeys(lots):
        if account.remaining(lot) > 0 and account.lapse(lot) <= now:
            if policy.lapsed == "grace":
                until = now + timedelta(days=policy.grace_days)
                account.add(Fact(lot, "rescheduled", 0, cause, cause_id, expires_at=until))
            else:
                account.expire(now, [lot])
