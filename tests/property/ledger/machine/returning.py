"""Goods that come back: announced, posted, parked, resolved; and whole sales."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from tests.property.ledger.fractions_model import half_up
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.documents import Back, Hold, Policy, Return, Sale
from tests.property.ledger.machine.facts import Fact, Lot, Owed, Refused
from tests.property.ledger.machine.restoring import give
from tests.property.ledger.machine.spending import left_of, price_of, repay, takers_between, unpaid

PLACE = "shop-entity"
Withheld = tuple[int, int]
"""Cents withheld from the refund, and points written off."""


def give_back(account: Account, now: datetime, return_id: str, backs: Sequence[Back], policy: Policy) -> Withheld:
    """A return of sales that have come."""
    kept = carry_out(account, now, return_id, backs, policy)
    account.returns[return_id] = Return(return_id, return_id, account.root, list(backs), "posted", policy)
    return kept


def carry_out(account: Account, now: datetime, return_id: str, backs: Sequence[Back], policy: Policy) -> Withheld:
    """What it does to points; without the repayments."""
    hold = account.holds.get(return_id)
    if hold is not None and hold.state == "open":
        account.free(now, hold, "cleared")
    before = {lot: account.debt_of(lot) for lot in account.lots}
    shares: list[tuple[Sale, int]] = []
    if any(account.sales[back.document].state == "cancelled" for back in backs if back.document in account.sales):
        raise Refused("NOT_RETURNABLE")
    reversals: list[tuple[Lot, int]] = []
    for back in backs:
        sale = account.sales.get(back.document)
        if sale is None:
            raise Refused("SALE_NOT_FOUND")
        count(sale, back.line, back.basis, back.amount)
        if return_id not in sale.returns:
            sale.returns.append(return_id)
        shares.append((sale, back.line))
        reversals += _reverse(account, sale, back.line, return_id)
    _restore(account, now, shares, policy, return_id)
    kept = _make_good(account, before, reversals, policy, return_id)
    account.expire(now, account.lots)
    return kept


def _reverse(account: Account, sale: Sale, line: int, return_id: str) -> list[tuple[Lot, int]]:
    """Takes back what the line earned; the debt that this opens, by lot."""
    taken: list[tuple[Lot, int]] = []
    for lot in sale.lots:
        points = to_reverse(account, lot, returned_share(sale, line)) if lot.line == line else 0
        if points:
            before = account.debt_of(lot)
            account.add(Fact(lot, "reversed", points, "return", return_id))
            taken.append((lot, account.debt_of(lot) - before))
    return taken


def to_reverse(account: Account, lot: Lot, share: Fraction) -> int:
    """What a return takes of a lot once so much of its line has come back."""
    return max(0, half_up(account.grant(lot) * share) - account.total(lot, "expired") - account.taken(lot))


def _restore(
    account: Account, now: datetime, lines: Sequence[tuple[Sale, int]], policy: Policy, return_id: str
) -> None:
    """The points that had paid for those lines."""
    for sale in {id(sale): sale for sale, _ in lines}.values():
        mine = sorted({line for other, line in lines if other is sale})
        for redemption_id in sale.redemptions:
            made = account.redemptions[redemption_id]
            shares: dict[int, int] = {}
            for line in mine:
                of_line = [piece for piece in made.pieces if piece.line == line]
                paid, back = sum(piece.points for piece in of_line), sum(piece.back for piece in of_line)
                shares[line] = max(0, half_up(paid * returned_share(sale, line)) - back)
            if any(shares.values()):
                give(account, now, made, shares, policy, "return", return_id)


def _make_good(
    account: Account, before: dict[Lot, int], reversals: Sequence[tuple[Lot, int]], policy: Policy, return_id: str
) -> Withheld:
    """Spent points whose goods came back, where the program does not make them a debt."""
    if policy.spent == "debt":
        return 0, 0
    money = points_off = 0
    for lot, debt in reversals:
        opened = min(debt, account.debt_of(lot) - before.get(lot, 0))
        while opened > 0 and unpaid(account, lot):
            burn = unpaid(account, lot)[0]
            points = min(opened, left_of(account, burn))
            price = price_of(account, burn, points)
            owed: tuple[Owed, ...] = ()
            if policy.spent == "reduce_refund":
                takers = takers_between(account, burn, price)
                owed = tuple((PLACE, entity, cents) for entity, cents in takers if cents and entity != PLACE)
                money += price
            else:
                points_off += points
            account.add(Fact(lot, "adjusted", points, "return", return_id, price=price, pays=burn, owed=owed))
            opened -= points
    return money, points_off


def count(sale: Sale, line: int, basis: str, amount: int | None) -> None:
    """More of a line has come back."""
    if line not in sale.lines:
        raise Refused("SALE_NOT_FOUND")
    fixed, before = sale.returned.get(line, (basis, 0))
    if basis not in (fixed, "whole"):
        raise Refused("RETURN_BASIS_DIFFERS")
    sold = sale.lines[line][fixed]
    after = sold if amount is None else before + amount
    if not before < after <= sold:
        raise Refused("NOT_RETURNABLE")
    sale.returned[line] = (fixed, after)


def returned_share(sale: Sale, line: int) -> Fraction:
    """How much of a line has come back by now."""
    basis, back = sale.returned.get(line, ("whole", 0))
    return Fraction(back, sale.lines[line][basis]) if back else Fraction(0)


# --- announced


def announce(account: Account, now: datetime, return_id: str, backs: Sequence[Back], policy: Policy) -> int:
    """Holds what remains of the announced shares; how many points."""
    if return_id in account.returns:
        raise Refused("RETURN_ENDED")
    trial = account.copy()
    if any(account.sales[back.document].state == "cancelled" for back in backs if back.document in account.sales):
        raise Refused("NOT_RETURNABLE")
    for back in backs:
        sale = trial.sales.get(back.document)
        if sale is None:
            raise Refused("SALE_NOT_FOUND")
        count(sale, back.line, back.basis, back.amount)
    hold = Hold(return_id, now + timedelta(days=policy.announced_days), [], None)
    account.holds[return_id] = hold
    for document, line in dict.fromkeys((back.document, back.line) for back in backs):
        sale = trial.sales[document]
        for lot in sale.lots:
            points = min(max(0, account.remaining(lot)), to_reverse(account, lot, returned_share(sale, line)))
            if lot.line == line and points:
                hold.parts.append((lot, points))
                account.add(Fact(lot, "held", points, "return", return_id))
    hold.points = hold.holds
    return hold.points


def call_off(account: Account, now: datetime, return_id: str) -> int:
    """The announced goods do not come."""
    hold = account.holds.get(return_id)
    if hold is None or hold.shop is not None:
        raise Refused("RETURN_NOT_FOUND")
    if hold.state != "open":
        raise Refused("RETURN_ENDED")
    points = hold.holds
    account.free(now, hold, "voided")
    repay(account, now)
    return points


# --- parked


def park(
    account: Account, return_id: str, document: str, backs: Sequence[Back], policy: Policy, awaited: Sequence[str]
) -> None:
    """Waits for sales."""
    account.returns[return_id] = Return(return_id, document, account.root, list(backs), "parked", policy, list(awaited))


def settle(account: Account, now: datetime, sale: Sale, waiting: Sequence[Return]) -> None:
    """Carries out what waited for a sale, in the order of parking: the member's own returns, and of a sale that is
    nobody's those that anybody brings."""
    for known in waiting:
        known.awaited.remove(sale.document)
        come = (back.document for back in known.backs if back.document not in known.awaited)
        foreign = known.root != account.root and not account.root.startswith("anon")
        if foreign or any(document not in account.sales for document in come):
            known.state, known.reason = "refused", "OTHER_MEMBERS_ORDER"
        elif not known.awaited:
            _settle(account, now, known)
            repay(account, now)
        if known.root == account.root:
            account.returns[known.return_id] = known


def _settle(account: Account, now: datetime, known: Return) -> None:
    trial = account.copy()
    try:
        carry_out(trial, now, known.return_id, known.backs, later(known.policy))
    except Refused as refused:
        known.state, known.reason = "refused", str(refused)
        _let_go(account, now, known.return_id)
        return
    vars(account).update(vars(trial))
    known.state = "posted"


def later(policy: Policy) -> Policy:
    """From a refund that was paid when the goods came nothing can be withheld any more."""
    spent = "debt" if policy.spent == "reduce_refund" else policy.spent
    return Policy(spent, policy.lapsed, policy.grace_days, policy.announced_days)


def _let_go(account: Account, now: datetime, return_id: str) -> None:
    hold = account.holds.get(return_id)
    if hold is not None and hold.state == "open":
        account.free(now, hold, "voided")
        repay(account, now)


def resolve(
    account: Account, now: datetime, return_id: str, reject: str, backs: Sequence[Back], policy: Policy
) -> None:
    """A person ends the waiting."""
    known = account.returns.get(return_id)
    if known is None:
        raise Refused("RETURN_NOT_FOUND")
    if known.state != "parked":
        raise Refused("RETURN_ENDED")
    if reject:
        known.state, known.reason = "rejected", reject
        _let_go(account, now, return_id)
        return
    carry_out(account, now, return_id, backs, later(policy))
    known.state = "posted"


# --- whole sales


def cancel(account: Account, now: datetime, document: str, return_id: str, policy: Policy, why: str) -> Withheld:
    """Takes back what is left of a sale."""
    if document not in account.sales:
        raise Refused("ORDER_NOT_FOUND")
    sale = account.sales[document]
    left = [line for line in sorted(sale.lines) if returned_share(sale, line) < 1]
    if sale.state == "cancelled" or not left:
        raise Refused("NOT_RETURNABLE")
    backs = [Back(document, line, "whole", None) for line in left]
    kept = give_back(account, now, return_id, backs, policy)
    sale.state = "cancelled"
    account.returns[return_id].reason = why
    return kept


def repaid(account: Account, now: datetime) -> int:
    """What the wallet owes is repaid."""
    return repay(account, now)
