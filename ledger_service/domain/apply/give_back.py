"""Giving points of a burn back to their accrual, and what follows where debts had been repaid (DOMAIN.md §6).

What is given back first fills the accrual's open debt; the rest unwinds the repayments of the burn, newest first, then
the accrual's other repayments. Each unwound payer gets its points back in the same way, so the work goes on from there
if it is in debt itself. It ends: every unwinding takes from the repayments that stand, and none adds to them.

The cents: docs/adr/0021-what-an-unwound-repayment-undoes.md.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chassis.values.money import Money
from chassis.values.rounding import round_half_up
from chassis.values.splits import cumulative_part
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.repayment import owed_between, pay_debt
from ledger_service.domain.movement import Cause, MovementKind, MovementRef, Settlement
from ledger_service.domain.redemption import Burn


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Points that go back to the accrual of a burn. `settlement` carries the price that this undoes, negative; cause
    and line are those of the restored movement."""

    burn: Burn
    points: int
    settlement: Settlement
    cause: Cause
    cause_id: str
    line_number: int = 0


@dataclass(frozen=True, slots=True)
class _Follow:
    """What is to follow once points are back: `price` was undone for `points`, of which `filled` had been paid by
    nobody and `again` fill the open debt of another burn than theirs."""

    accrual_id: str
    burn: MovementRef
    points: int
    price: int
    filled: int
    again: int


def give_back(draft: Draft, given: GivenBack) -> list[str]:
    """Gives points back, with all that follows; the ids of the accruals that got some, in order."""
    work = deque([_restore(draft, given)])
    touched: dict[str, None] = {}
    again: list[tuple[str, str, int]] = []
    while work:
        follow = work.popleft()
        touched[follow.accrual_id] = None
        unwound = _unwind(draft, follow)
        again += _to_pay_again(follow, unwound)
        work.extend(unwound)
    for debtor, payer, points in again:
        pay_debt(draft, draft.known(debtor), draft.known(payer), points)
    return list(touched)


def _restore(draft: Draft, given: GivenBack) -> _Follow:
    """Moves the points and counts them on the burn."""
    burn, points, settlement = given.burn, given.points, given.settlement
    accrual = draft.known(burn.accrual_id)
    price = -settlement.price.minor_units if settlement.price else 0
    draft.move(accrual, MovementKind.RESTORED, points, given.cause, given.cause_id, given.line_number, settlement)
    draft.put_burn(
        replace(burn, restored_points=burn.restored_points + points, restored_price=burn.restored_price + price)
    )
    filled = min(points, accrual.debt, burn.unpaid)
    again = min(points, accrual.debt) - filled
    return _Follow(accrual.accrual_id, burn.movement, points, price, filled, again)


def _unwind(draft: Draft, follow: _Follow) -> list[_Follow]:
    """Unwinds as many points of repayments as were given back beyond what nobody had paid for; what follows for each
    payer. Points that no repayment stands for are the wallet's."""
    left = follow.points - follow.filled
    if left == 0:
        return []
    price = follow.price - round_half_up(follow.price * follow.filled, follow.points)
    unwound: list[_Follow] = []
    for payer in _payers(draft, follow):
        points = min(left, payer.unrestored)
        # A repayment that ends takes its last cents with it, so that what is undone as a whole leaves none.
        standing = payer.price.minor_units - payer.restored_price + payer.waived
        cents = standing if points == payer.unrestored else min(max(price, 0), standing)
        unwound.append(_unwind_one(draft, payer, points, cents))
        left -= points
        price -= cents
        if left == 0:
            break
    return unwound


def _payers(draft: Draft, follow: _Follow) -> Sequence[Burn]:
    """The repayments that stand, newest first; those of the burn itself before the others."""
    return sorted(draft.payers(draft.known(follow.accrual_id)), key=lambda payer: payer.pays != follow.burn)


def _unwind_one(draft: Draft, payer: Burn, points: int, cents: int) -> _Follow:
    """Gives points of a repayment back to its payer and takes them from the debtor again."""
    if payer.pays is None:
        raise LookupError(f"burn {payer.movement} paid nothing")
    paid, debtor, giver = draft.burn(payer.pays), draft.known(payer.debtor), draft.known(payer.accrual_id)
    waived = min(cents, payer.waived)
    owing = cents - waived
    price = Money(payer.price.currency_code, -owing)
    borne = cumulative_part(payer.restored_price, payer.restored_price + owing, payer.borne)
    due = cumulative_part(paid.repaid_price - cents, paid.repaid_price, paid.borne)
    owed = owed_between(giver, borne, debtor, due, price.currency_code, sign=-1)
    undone = Settlement(price=price, pays=payer.pays, obligations=owed)
    given = replace(payer, waived=payer.waived - waived)
    follow = _restore(draft, GivenBack(given, points, undone, Cause.REPAYMENT, debtor.accrual_id))
    draft.put_burn(replace(paid, repaid_points=paid.repaid_points - points, repaid_price=paid.repaid_price - cents))
    draft.move(
        draft.latest(debtor),
        MovementKind.REPAID,
        -points,
        Cause.REPAYMENT,
        giver.accrual_id,
        settlement=Settlement(price=price, pays=payer.pays),
    )
    return follow


def _to_pay_again(follow: _Follow, unwound: Sequence[_Follow]) -> Iterator[tuple[str, str, int]]:
    """Where points fill the open debt of another burn than theirs, the repayments of theirs were unwound: the same
    payers are to pay the other burn at its own price. As (debtor, payer, points)."""
    left = follow.again
    for item in unwound:
        if left > 0:
            yield follow.accrual_id, item.accrual_id, min(left, item.points)
        left -= item.points
