"""Points that were spent before their goods came back, where the program does not leave them as debt (DOMAIN.md §6).

REDUCE_REFUND: the shopper pays for them with a part of the refund. The place that keeps the money owes the accrual's
funders what the spent points had cost them. WRITE_OFF: the accrual's own side bears it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.values.money import Money
from chassis.values.splits import cumulative_part
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.repayment import price_of
from ledger_service.domain.movement import Cause, MovementKind, Obligation, Settlement
from ledger_service.domain.policies import SpentPoints
from ledger_service.domain.redemption import Burn


@dataclass(frozen=True, slots=True)
class OpenedDebt:
    """How much open debt a return has added to an accrual."""

    accrual_id: str
    points: int


@dataclass(frozen=True, slots=True)
class MadeGood:
    """`withheld`: money to keep back from the refund, None if nothing; `written_off`: points given up."""

    withheld: Money | None = None
    written_off: int = 0


NOTHING = MadeGood()


def make_good(
    draft: Draft, return_id: str, opened: Sequence[OpenedDebt], policy: SpentPoints, place_entity: str
) -> MadeGood:
    """Makes the debts good that a return has opened and that nothing has filled since. A refund has one currency: what
    was priced in another one than the first stays as debt."""
    if policy is SpentPoints.DEBT:
        return NOTHING
    keeper = place_entity if policy is SpentPoints.REDUCE_REFUND else ""
    withheld: Money | None = None
    written_off = 0
    for debt in opened:
        accrual = draft.known(debt.accrual_id)
        left = min(debt.points, accrual.debt)
        for burn in draft.unpaid_burns(accrual) if left > 0 else ():
            currency = burn.price.currency_code
            if keeper and withheld is not None and withheld.currency_code != currency:
                continue
            points = min(left, burn.unpaid)
            price = _adjust(draft, accrual, burn, points, return_id, keeper)
            withheld = Money(currency, price + (withheld.minor_units if withheld else 0))
            written_off += points
            left -= points
            if left == 0:
                break
    return MadeGood(withheld=withheld) if keeper else MadeGood(written_off=written_off)


def _adjust(draft: Draft, accrual: Accrual, burn: Burn, points: int, return_id: str, keeper: str) -> int:
    """Makes points of one burn good, at the price that a repayment would have; the price in minor units."""
    repaid_points = burn.repaid_points + points
    repaid_price = price_of(burn, repaid_points)
    price = Money(burn.price.currency_code, repaid_price - burn.repaid_price)
    due = cumulative_part(burn.repaid_price, repaid_price, burn.borne)
    obligations = tuple(
        Obligation(keeper, funder.entity, Money(price.currency_code, part), "")
        for funder, part in zip(accrual.funders, due, strict=True)
        if keeper and part and funder.entity != keeper
    )
    settlement = Settlement(price=price, pays=burn.movement, obligations=obligations, place_entity=keeper)
    draft.move(draft.latest(accrual), MovementKind.ADJUSTED, points, Cause.RETURN, return_id, settlement=settlement)
    draft.put_burn(replace(burn, repaid_points=repaid_points, repaid_price=repaid_price))
    return price.minor_units
