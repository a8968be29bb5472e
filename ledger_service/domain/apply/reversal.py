"""Carrying out a return: what the returned lines earned is reversed, what paid for them restored (DOMAIN.md §6).

Shared by everything that takes goods back: a posted return, a parked one when its sale comes, a cancelled sale, the
first half of an exchange.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.values.money import Money
from chassis.values.rounding import round_half_up
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.restoring import Occasion, restore_lines
from ledger_service.domain.apply.spent_points import OpenedDebt, make_good
from ledger_service.domain.commands import ReturnPart
from ledger_service.domain.correction import granted_of
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import (
    OrderLine,
    PostedOrder,
    RestoredPoints,
    ReturnBasis,
    ReturnedLine,
    ReturnedShare,
    ReversedPoints,
    order_id_of,
)
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.domain.redemption import Redemption


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a return did. `restored` has one entry a redemption; `withheld` is money to keep back from the refund,
    `written_off` points that the issuer gave up."""

    reversed: tuple[ReversedPoints, ...]
    restored: tuple[RestoredPoints, ...]
    repaid_points: int
    withheld: Money | None
    written_off: int


def carry_out(draft: Draft, part: ReturnPart) -> Reversal:
    """Carries a return out. SALE_NOT_FOUND, NOT_RETURNABLE or RETURN_BASIS_DIFFERS where a line cannot come back."""
    shares = [share for line in part.document.lines for share in line.shares]
    return take_back(draft, part.return_id, shares, part.policy, part.place_entity)


def take_back(
    draft: Draft, return_id: str, shares: Iterable[ReturnedShare], policy: ReturnPolicy, place_entity: str
) -> Reversal:
    """Takes shares of sales back: reverses first, so that what is restored fills the debts this opens, then treats
    points that were spent by policy, then lets the wallet's other points repay what is open. Every movement has the
    return as its cause."""
    reversals: list[ReversedPoints] = []
    opened: list[OpenedDebt] = []
    lines: list[ReturnedLine] = []
    accruals: dict[str, Mapping[int, Sequence[str]]] = {}
    for share in shares:
        after = _returned_line(draft, share)
        draft.put_returned(after)
        lines.append(after)
        if after.order_id not in accruals:
            accruals[after.order_id] = _accruals_by_line(draft, after.order_id)
        earned = [draft.known(accrual_id) for accrual_id in accruals[after.order_id].get(after.line_number, ())]
        reversals += _reverse(draft, return_id, share, after, earned, opened)
    restored = _restore(draft, lines, Occasion(Cause.RETURN, return_id, policy))
    good = make_good(draft, return_id, opened, policy.spent, place_entity)
    repaid = repay_debts(draft)
    return Reversal(tuple(reversals), restored, repaid, good.withheld, good.written_off)


# --- how much of a line comes back


def _returned_line(draft: Draft, share: ReturnedShare) -> ReturnedLine:
    """The sale's line with this share counted as returned; refused if more comes back than is left."""
    order, line = _sale_line(draft, share)
    key = (order.program, order.order_id, line.line_number)
    known = draft.returned(key)
    basis = _basis(share, line, known)
    sold = _sold(line, basis)
    so_far = known.returned if known else 0
    asked = sold - so_far if share.amount is None else share.amount
    if asked < 1 or asked > sold - so_far:
        shown = "all" if share.amount is None else str(share.amount)
        raise refusals.not_returnable(share.sale, line.line_number, shown, sold - so_far, basis)
    return ReturnedLine(order.program, order.home, order.order_id, line.line_number, basis, so_far + asked, sold)


def _sale_line(draft: Draft, share: ReturnedShare) -> tuple[PostedOrder, OrderLine]:
    order = draft.order(order_id_of(draft.origin.program, share.sale))
    if order is None:
        raise refusals.sale_not_found(share.sale)
    line = order.document.line(share.sale_line)
    if line is None:
        raise refusals.sale_not_found(share.sale, share.sale_line)
    return order, line


def _basis(share: ReturnedShare, line: OrderLine, known: ReturnedLine | None) -> ReturnBasis:
    """How the line's returns are counted: as the first said; a whole line takes whatever basis there is."""
    if known is None:
        return share.basis
    if share.basis not in (known.basis, ReturnBasis.WHOLE):
        raise refusals.return_basis_differs(share.sale, line.line_number, known.basis, share.basis)
    return known.basis


def _sold(line: OrderLine, basis: ReturnBasis) -> int:
    """How much was sold, in the unit of the basis; 0 if the line cannot be counted that way."""
    if basis is ReturnBasis.QUANTITY:
        return line.quantity
    if basis is ReturnBasis.AMOUNT:
        return max(line.net, 0)
    return 1


# --- what it earned


def _accruals_by_line(draft: Draft, order_id: str) -> Mapping[int, Sequence[str]]:
    """The ids of a sale's accruals by line number, each in accrual order."""
    by_line: dict[int, list[str]] = defaultdict(list)
    for accrual in draft.order_accruals(order_id):
        by_line[accrual.line_number].append(accrual.accrual_id)
    return by_line


def _reverse(
    draft: Draft,
    return_id: str,
    share: ReturnedShare,
    line: ReturnedLine,
    earned: Sequence[Accrual],
    opened: list[OpenedDebt],
) -> list[ReversedPoints]:
    """Takes back what the line's accruals gave for what has come back so far, less what earlier returns took; notes
    the debts this opens."""
    reversals: list[ReversedPoints] = []
    for accrual in earned:
        points = _due(accrual, line)
        if points > 0:
            draft.move(accrual, MovementKind.REVERSED, points, Cause.RETURN, return_id, accrual.line_number)
            opened.append(OpenedDebt(accrual.accrual_id, draft.latest(accrual).debt - accrual.debt))
        reversals.append(
            ReversedPoints(
                accrual_id=accrual.accrual_id,
                sale=share.sale,
                sale_line=line.line_number,
                brand=accrual.brand,
                rule_id=accrual.rule_id,
                reversed=points,
                so_far=accrual.reversed + points,
                granted=granted_of(accrual),
            )
        )
    return reversals


def _due(accrual: Accrual, line: ReturnedLine) -> int:
    """Cumulative: half-up of granted · returned / sold, less what expired (that is gone already) and what was
    reversed before; both as if corrections had come with the sale (`domain.correction.regrant`)."""
    target = round_half_up(granted_of(accrual) * line.returned, line.sold)
    return max(0, target - accrual.expired - accrual.reversed - accrual.shift)


# --- what paid for it


def _restore(draft: Draft, lines: Sequence[ReturnedLine], occasion: Occasion) -> tuple[RestoredPoints, ...]:
    """Gives back what redemptions paid for what has come back of the lines."""
    wanted: dict[str, dict[int, ReturnedLine]] = defaultdict(dict)
    for line in lines:
        order = draft.order(line.order_id)
        for redemption_id in order.redemptions if order else ():
            # The last share of a line counts all that came before it.
            wanted[redemption_id][line.line_number] = line
    restored: list[RestoredPoints] = []
    for redemption_id, returned in wanted.items():
        redemption = draft.redemption_of_sale(redemption_id)
        by_line = _paid_back(redemption, returned) if redemption else {}
        if redemption is not None and any(by_line.values()):
            restored.append(restore_lines(draft, redemption, by_line, occasion))
    return tuple(restored)


def _paid_back(redemption: Redemption, returned: Mapping[int, ReturnedLine]) -> dict[int, int]:
    """By line, cumulative: half-up of the points that paid it · returned / sold, less what of them was given back."""
    paid: Counter[int] = Counter()
    back: Counter[int] = Counter()
    for piece in redemption.pieces:
        paid[piece.line_number] += piece.points
        back[piece.line_number] += piece.restored_points
    return {
        number: max(0, round_half_up(paid[number] * line.returned, line.sold) - back[number])
        for number, line in returned.items()
    }
