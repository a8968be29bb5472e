"""Repaying open debt: a wallet's spendable points pay what was spent before its goods came back (DOMAIN.md §6)."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from chassis.values.money import Money
from chassis.values.rounding import round_half_up
from chassis.values.splits import cumulative_part, largest_remainder
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.movement import Cause, MovementKind, Obligation, Settlement
from ledger_service.domain.redemption import Burn


def repay_debts(draft: Draft) -> int:
    """Pays open debts, oldest first, with spendable accruals in burn order; how many points were paid."""
    if draft.wallet.debt == 0:
        return 0
    open_before = draft.wallet.debt
    payers = deque(draft.spendable())
    for debtor in draft.debtors() if payers else ():
        for burn in draft.unpaid_burns(debtor):
            _pay_burn(draft, debtor, burn, payers)
    if draft.wallet.debt > 0:
        draft.require_all_spendable()
    return open_before - draft.wallet.debt


def pay_debt(draft: Draft, debtor: Accrual, payer: Accrual, points: int) -> None:
    """Lets one accrual pay at most so many points of another's open debt, latest burn first, even if they have lapsed:
    for points that had paid this debt before and were unwound in passing."""
    for burn in draft.unpaid_burns(debtor) if draft.latest(debtor).debt and draft.latest(payer).remaining > 0 else ():
        part = min(points, draft.latest(debtor).debt, draft.latest(payer).remaining, burn.unpaid)
        if part <= 0:
            break
        _pay(draft, draft.latest(payer), debtor, burn, part)
        points -= part


def _pay_burn(draft: Draft, debtor: Accrual, burn: Burn, payers: deque[Accrual]) -> None:
    """Pays of one burn as much as is owed and the payers have; who has nothing left leaves the queue."""
    while payers and burn.unpaid > 0 and draft.latest(debtor).debt > 0:
        payer = draft.latest(payers[0])
        points = min(draft.latest(debtor).debt, payer.remaining, burn.unpaid)
        burn = _pay(draft, payer, debtor, burn, points)
        if points == payer.remaining:
            payers.popleft()


def _pay(draft: Draft, payer: Accrual, debtor: Accrual, burn: Burn, points: int) -> Burn:
    """One payment; the burn as it is afterwards."""
    repaid_points = burn.repaid_points + points
    repaid_price = price_of(burn, repaid_points)
    # What such points pay, nobody is owed for; the burn counts it all the same, so that others pay for theirs only.
    waived = repaid_price - burn.repaid_price if payer.owes_nobody else 0
    price = Money(burn.price.currency_code, repaid_price - burn.repaid_price - waived)
    borne = largest_remainder(price.minor_units, [funder.share for funder in payer.funders])
    due = cumulative_part(burn.repaid_price, repaid_price, burn.borne)
    settlement = Settlement(
        price=price, pays=burn.movement, obligations=owed_between(payer, borne, debtor, due, price.currency_code)
    )
    spent = draft.move(payer, MovementKind.REDEEMED, points, Cause.REPAYMENT, debtor.accrual_id, settlement=settlement)
    draft.put_burn(
        Burn(
            program=payer.program,
            movement=spent.ref,
            accrual_id=payer.accrual_id,
            points=points,
            price=price,
            borne=borne,
            post_time=draft.post_time,
            pays=burn.movement,
            debtor=debtor.accrual_id,
            waived=waived,
        )
    )
    draft.move(
        draft.latest(debtor),
        MovementKind.REPAID,
        points,
        Cause.REPAYMENT,
        payer.accrual_id,
        settlement=Settlement(price=price, pays=burn.movement),
    )
    paid = replace(burn, repaid_points=repaid_points, repaid_price=repaid_price)
    draft.put_burn(paid)
    return paid


def price_of(burn: Burn, repaid_points: int) -> int:
    """What so many repaid points of a burn cost in all: their half-up share of what is not restored of its price."""
    price = burn.price.minor_units - burn.restored_price
    return max(burn.repaid_price, round_half_up(price * repaid_points, burn.unrestored))


def owed_between(
    payer: Accrual, borne: Sequence[int], debtor: Accrual, due: Sequence[int], currency: str, sign: int = 1
) -> tuple[Obligation, ...]:
    """What the payer's funders owe the debtor's: what these bear and those bore of the price, walked side by side.
    `sign` −1: what they no longer owe, because the repayment is unwound."""
    left, open_ = list(borne), list(due)
    obligations: list[Obligation] = []
    giver = taker = 0
    while giver < len(left) and taker < len(open_):
        amount = min(left[giver], open_[taker])
        debtor_entity, creditor_entity = payer.funders[giver].entity, debtor.funders[taker].entity
        if amount and debtor_entity != creditor_entity:
            obligations.append(Obligation(debtor_entity, creditor_entity, Money(currency, sign * amount), ""))
        left[giver] -= amount
        open_[taker] -= amount
        if left[giver] == 0:
            giver += 1
        else:
            taker += 1
    return tuple(obligations)
