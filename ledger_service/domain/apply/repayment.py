"""Repaying open debt: a wallet's spendable points pay what was spent before its goods came back (DOMAIN.md §6)."""

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
    paid = 0
    while draft.wallet.debt > 0:
        payers = draft.spendable()
        if not payers:
            draft.require_all_spendable()
            break
        paid += _pay_once(draft, payers[0])
    return paid


def _pay_once(draft: Draft, payer: Accrual) -> int:
    """One payment: as much of the oldest debt's latest unpaid burn as the payer can."""
    debtor = draft.debtors()[0]
    burn = draft.unpaid_burns(debtor)[0]
    points = min(debtor.debt, payer.remaining, burn.unpaid)
    repaid_points = burn.repaid_points + points
    repaid_price = round_half_up(burn.price.minor_units * repaid_points, burn.points)
    price = Money(burn.price.currency_code, repaid_price - burn.repaid_price)
    borne = largest_remainder(price.minor_units, [funder.share for funder in payer.funders])
    due = cumulative_part(burn.repaid_price, repaid_price, burn.borne)
    settlement = Settlement(
        price=price, pays=burn.movement, obligations=_obligations(payer, borne, debtor, due, price.currency_code)
    )
    spent = draft.move(payer, MovementKind.REDEEMED, points, Cause.REPAYMENT, debtor.accrual_id, settlement=settlement)
    draft.put_burn(Burn(payer.program, spent.ref, payer.accrual_id, points, price, borne))
    draft.move(
        debtor,
        MovementKind.REPAID,
        points,
        Cause.REPAYMENT,
        payer.accrual_id,
        settlement=Settlement(price=price, pays=burn.movement),
    )
    draft.put_burn(replace(burn, repaid_points=repaid_points, repaid_price=repaid_price))
    return points


def _obligations(
    payer: Accrual, borne: Sequence[int], debtor: Accrual, due: Sequence[int], currency: str
) -> tuple[Obligation, ...]:
    """What the payer's funders owe the debtor's: what these bear and those bore of the price, walked side by side."""
    left, open_ = list(borne), list(due)
    obligations: list[Obligation] = []
    giver = taker = 0
    while giver < len(left) and taker < len(open_):
        amount = min(left[giver], open_[taker])
        debtor_entity, creditor_entity = payer.funders[giver].entity, debtor.funders[taker].entity
        if amount and debtor_entity != creditor_entity:
            obligations.append(Obligation(debtor_entity, creditor_entity, Money(currency, amount), ""))
        left[giver] -= amount
        open_[taker] -= amount
        if left[giver] == 0:
            giver += 1
        else:
            taker += 1
    return tuple(obligations)
