"""Points that leave an accrual without being spent: sent to another member, or taken by a person.

If their goods come back, they are owed as spent points are. A repayment then pays what they stood for in the books of
their funders, since nobody ever paid a price for them (docs/adr/0024).
"""

from chassis.values.integers import checked
from chassis.values.money import Money
from chassis.values.rounding import carrying_value
from chassis.values.splits import largest_remainder
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.redemption import Burn


def give_away(draft: Draft, accrual: Accrual, kind: MovementKind, points: int, cause: Cause, cause_id: str) -> None:
    """Takes `points` (above 0) of an accrual: TRANSFERRED_OUT, or ADJUSTED by as much below zero."""
    change = -points if kind is MovementKind.ADJUSTED else points
    movement = draft.move(draft.latest(accrual), kind, change, cause, cause_id)
    worth = checked(carrying_value(points, accrual.liability.per_point), "carrying value")
    draft.put_burn(
        Burn(
            program=accrual.program,
            movement=movement.ref,
            accrual_id=accrual.accrual_id,
            points=points,
            price=Money(accrual.liability.currency, worth),
            borne=largest_remainder(worth, [funder.share for funder in accrual.funders]),
            post_time=draft.post_time,
        )
    )
