"""What time and people do to points."""

from collections.abc import Sequence
from datetime import datetime

from tests.property.ledger.fractions_model import half_up, once
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.documents import Proposal, Transfer
from tests.property.ledger.machine.facts import Fact, Lot, Refused
from tests.property.ledger.machine.spending import repay


def sweep(account: Account) -> None:
    """What is due was booked before; called with what that came to."""
    del account


def extend(
    account: Account, now: datetime, extension_id: str, named: Sequence[Lot | None], until: datetime
) -> list[Lot]:
    """Sets a later expiry on lots, or on all with points."""
    if any(lot is None or lot not in account.lots for lot in named):
        raise Refused("ACCRUAL_NOT_FOUND")
    lots = [lot for lot in named if lot is not None] or account.lots
    filled = (lot for lot in lots if account.remaining(lot) > 0 or account.held(lot) > 0)
    meant = [lot for lot in filled if now < account.lapse(lot) < until]
    if not meant:
        raise Refused("NOTHING_TO_EXTEND")
    meant = sorted(dict.fromkeys(meant), key=account.turn())
    for lot in meant:
        account.add(Fact(lot, "rescheduled", 0, "extension", extension_id, expires_at=until))
    return meant


def adjust(account: Account, now: datetime, proposal: Proposal, given: Lot | None, keys: Sequence[str]) -> int:
    """Gives `given`, or takes points by the program's burn keys."""
    cause_id = proposal.adjustment_id
    if proposal.points > 0:
        assert given is not None
        account.born(given, Fact(given, "adjusted", given.granted, "adjustment", cause_id))
        account.expire(now, [given])
        return repay(account, now)
    points = -proposal.points
    for lot, part in _taken(account, now, proposal, points, keys):
        _give_away(account, lot, part, "adjusted", "adjustment", cause_id)
    return 0


def _taken(
    account: Account, now: datetime, proposal: Proposal, points: int, keys: Sequence[str]
) -> list[tuple[Lot, int]]:
    if proposal.lot_id:
        lot = proposal.lot
        if lot is None or lot not in account.lots or lot.brand != proposal.brand:
            raise Refused("ACCRUAL_NOT_FOUND")
        if account.remaining(lot) < points:
            raise Refused("INSUFFICIENT_POINTS")
        return [(lot, points)]
    lots = [lot for lot in account.spendable(now, keys=keys) if lot.brand == proposal.brand]
    return _in_order(account, lots, points)


def _in_order(account: Account, lots: Sequence[Lot], points: int) -> list[tuple[Lot, int]]:
    if sum(account.remaining(lot) for lot in lots) - account.debt < points:
        raise Refused("INSUFFICIENT_POINTS")
    parts: list[tuple[Lot, int]] = []
    for lot in lots:
        part = min(points - sum(taken for _, taken in parts), account.remaining(lot))
        if part:
            parts.append((lot, part))
    return parts


def _give_away(account: Account, lot: Lot, points: int, kind: str, cause: str, cause_id: str) -> None:
    """Owed as if spent, should its goods come back: at what the points stood for in their funders' books."""
    borne = once(half_up(points * lot.rate), lot.weights)
    signed = -points if kind == "adjusted" else points
    account.add(Fact(lot, kind, signed, cause, cause_id, borne=borne))


def propose(account: Account, proposal: Proposal) -> None:
    """It waits for a second person."""
    account.proposals[proposal.adjustment_id] = proposal


def decide(
    account: Account, now: datetime, adjustment_id: str, approve: bool, given: Lot | None, keys: Sequence[str]
) -> int:
    """A second person's word."""
    proposal = account.proposals.get(adjustment_id)
    if proposal is None:
        raise Refused("ADJUSTMENT_NOT_FOUND")
    if proposal.state != "proposed":
        raise Refused("ALREADY_DECIDED")
    if not approve:
        proposal.state = "rejected"
        return 0
    repaid = adjust(account, now, proposal, given, keys)
    proposal.state = "applied"
    return repaid


def send(account: Account, now: datetime, transfer_id: str, receiver: str, points: int, keys: Sequence[str]) -> int:
    """Points leave by the program's burn keys; how many."""
    if receiver == account.root:
        raise Refused("SAME_WALLET")
    parts = _in_order(account, account.spendable(now, keys=keys), points)
    # A rolling expiry goes on from the giver's last activity.
    ends = {lot: account.lapse(lot) if account.expiry(lot) else None for lot, _ in parts}
    kept = [(lot, part, account.ready(lot), ends[lot]) for lot, part in parts]
    account.transfers[transfer_id] = Transfer(transfer_id, receiver, kept)
    for lot, part in parts:
        _give_away(account, lot, part, "transferred_out", "transfer", transfer_id)
    return points


def receive(account: Account, now: datetime, transfer: Transfer, lots: Sequence[Lot]) -> int:
    """Points arrive."""
    for lot in lots:
        account.born(lot, Fact(lot, "transferred_in", lot.granted, "transfer", transfer.transfer_id))
        account.expire(now, [lot])
    return repay(account, now)
