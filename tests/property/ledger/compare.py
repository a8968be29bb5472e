"""Every sum the ledger keeps for a member, against the model's facts."""

from collections import defaultdict
from datetime import UTC, datetime

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.apply import Applied
from ledger_service.domain.movement import BIRTHS, CHAIN_START, Movement, MovementRef, movement_hash
from ledger_service.domain.wallet import WalletView
from tests.property.ledger.fractions_model import half_up, so_far
from tests.property.ledger.model import Account, Fact, Lot
from tests.support.pure_ledger import PureLedger

NEVER = datetime.max.replace(tzinfo=UTC)


def compare_account(pure: PureLedger, key: MemberKey, account: Account, applied: Applied) -> None:
    """Raises AssertionError at the first difference."""
    wallet, now = pure.state.wallets[key], applied.event.post_time
    accruals = accruals_of(pure, key)
    history = [m.movement for event in pure.events if event.root == key.member for m in event.movements]
    assert [facts_of(movement, accruals) for movement in history] == [told(fact) for fact in account.facts]
    _compare_lots(accruals, account)
    assert (wallet.balance, wallet.held, wallet.debt) == (account.balance, 0, account.debt)
    assert wallet.positive == sum(max(0, points) for points in account.standing().values())
    assert wallet.version == sum(event.root == key.member for event in pure.events)
    view: WalletView = applied.answer.wallet
    assert (view.balance, view.debt, view.held) == (account.balance, account.debt, 0)
    assert (view.available, view.pending) == (account.available(now), account.pending(now))
    expiries = [lot.expires_at for lot, points in account.standing().items() if points > 0 and lot.expires_at]
    assert (wallet.next_expire_time or NEVER) <= min(expiries, default=NEVER)
    assert all(wallet.pending_until and at <= wallet.pending_until for at in account.ready_times(now))
    _check_chain(pure, key, history, accruals)
    _check_burns(pure, key, history)
    _check_carrying(pure, key, account, accruals)


def accruals_of(pure: PureLedger, key: MemberKey) -> dict[str, Accrual]:
    """The member's accruals."""
    ids = pure.state.of_wallet.get(key, set())
    return {accrual_id: pure.state.accruals[accrual_id] for accrual_id in ids}


Told = tuple[object, ...]


def facts_of(movement: Movement, accruals: dict[str, Accrual]) -> Told:
    """A movement as the model tells it."""
    accrual, settlement = accruals[movement.accrual_id], movement.settlement
    assert settlement.price is None or sum(o.amount.minor_units for o in settlement.obligations) <= (
        settlement.price.minor_units
    )
    assert all(owed.debtor != owed.creditor and owed.amount.minor_units > 0 for owed in settlement.obligations)
    return (
        (accrual.order_id, accrual.line_number, accrual.rule_id),
        movement.kind.value,
        movement.points,
        settlement.value and settlement.value.minor_units,
        settlement.price and settlement.price.minor_units,
        settlement.pays and settlement.pays.sequence - 1,
        tuple((owed.debtor, owed.creditor, owed.amount.minor_units) for owed in settlement.obligations),
    )


def told(fact: Fact) -> Told:
    """A fact in the same words."""
    lot = fact.lot
    return (
        (lot.order_id, lot.line, lot.rule),
        fact.kind,
        fact.points,
        fact.value,
        fact.price,
        fact.pays,
        fact.owed,
    )


def _compare_lots(accruals: dict[str, Accrual], account: Account) -> None:
    left = account.standing()
    theirs = {
        (lot.order_id, lot.line, lot.rule): (left[lot], account.sum_of(lot, "reversed"), account.sum_of(lot, "expired"))
        for lot in account.lots
    }
    ours = {
        (a.order_id, a.line_number, a.rule_id): (a.remaining + a.held, a.reversed, a.expired) for a in accruals.values()
    }
    assert ours == theirs


def _check_chain(pure: PureLedger, key: MemberKey, history: list[Movement], accruals: dict[str, Accrual]) -> None:
    last = CHAIN_START.hash
    for place, movement in enumerate(history, start=1):
        born = accruals[movement.accrual_id] if movement.kind in BIRTHS else None
        assert movement.ref == MovementRef(key.member, place)
        assert movement.hash == movement_hash(last, key.program, movement, born)
        last = movement.hash
    assert pure.state.chains.get(key, CHAIN_START) == (len(history), last)


def _check_burns(pure: PureLedger, key: MemberKey, history: list[Movement]) -> None:
    """What is kept of every redeemed movement is what the repayments of it sum to."""
    points: dict[MovementRef, int] = defaultdict(int)
    cents: dict[MovementRef, int] = defaultdict(int)
    for movement in history:
        pays, price = movement.settlement.pays, movement.settlement.price
        if movement.kind.value == "repaid" and pays and price:
            points[pays] += movement.points
            cents[pays] += price.minor_units
    for accrual_id in pure.state.of_wallet.get(key, set()):
        for program, ref in pure.state.burns_of.get(accrual_id, set()):
            burn = pure.state.burns[program, ref]
            assert (burn.repaid_points, burn.repaid_price) == (points[ref], cents[ref])
            assert burn.repaid_points <= burn.points


def _check_carrying(pure: PureLedger, key: MemberKey, account: Account, accruals: dict[str, Accrual]) -> None:
    """What was booked of each lot so far is a function of where it stands."""
    booked: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for event in pure.events:
        for recorded in event.movements if event.root == key.member else ():
            for change in recorded.movement.carrying:
                sums = booked[recorded.movement.accrual_id, change.entity]
                sums[0] += change.liability
                sums[1] += change.receivable
    left = {_name(lot): (lot, points) for lot, points in account.standing().items()}
    for accrual in accruals.values():
        lot, points = left[accrual.order_id, accrual.line_number, accrual.rule_id]
        value = half_up(points * lot.rate)
        parts = so_far(abs(value), lot.weights)
        for (entity, _), part in zip(lot.funders, parts, strict=True):
            expected = [part, 0] if value > 0 else [0, -part]
            assert booked[accrual.accrual_id, entity] == expected


def _name(lot: Lot) -> tuple[str, int, str]:
    return lot.order_id, lot.line, lot.rule
