"""The two sides of a repayment inside one event: the payer's movement and the debt's.

The payer (redeemed, or restored when unwound, cause repayment) carries the obligations; the debt (repaid) carries the
same price. `cause_id` of each names the other's accrual, `pays` the redemption that is paid. Both sides are booked
from the payer's obligations, so what one entity owes and what the other is owed cannot differ.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.values.splits import largest_remainder
from settlement_service.domain.event import Kind, Movement, Unbookable


@dataclass(frozen=True, slots=True)
class Repayment:
    """A payer's movement and the movement of the debt it pays. `own` is what entities that fund both owe themselves,
    as (entity, minor units of the price's currency)."""

    payer: Movement
    repaid: Movement
    own: tuple[tuple[str, int], ...]


def repayments_of(movements: Iterable[Movement]) -> dict[tuple[str, int], Repayment]:
    """The repayments of one event, each under the (home, sequence) of both of its movements.

    Several between the same accruals are paired in order. Raises Unbookable if a side is missing or the sides differ.
    """
    payers: dict[tuple[str, str], deque[Movement]] = defaultdict(deque)
    repaid: list[Movement] = []
    for movement in movements:
        if movement.repays:
            payers[movement.accrual.accrual_id, movement.cause_id].append(movement)
        elif movement.kind is Kind.REPAID:
            repaid.append(movement)
    found: dict[tuple[str, int], Repayment] = {}
    for debt in repaid:
        waiting = payers[debt.cause_id, debt.accrual.accrual_id]
        if not waiting:
            raise Unbookable(f"repaid {debt.place} has no payer in its event")
        payer = waiting.popleft()
        found[payer.key] = found[debt.key] = _repayment(payer, debt)
    for movement in (left for waiting in payers.values() for left in waiting):
        raise Unbookable(f"payer {movement.place} pays no debt in its event")
    return found


def _repayment(payer: Movement, repaid: Movement) -> Repayment:
    if payer.price != repaid.price:
        raise Unbookable(f"payer {payer.place} and repaid {repaid.place} carry different prices")
    if repaid.obligations:
        raise Unbookable(f"repaid {repaid.place} carries obligations; those are its payer's")
    return Repayment(payer, repaid, _own_shares(payer, repaid))


def _own_shares(payer: Movement, repaid: Movement) -> tuple[tuple[str, int], ...]:
    """What is left of the price after the obligations, over the entities that fund both accruals.

    With one common funder it is that entity's alone; with several it is split by the smaller of its two shares,
    which moves nothing between entities: it clears inside each entity's own books.
    """
    own = payer.own_price
    if own == 0:
        return ()
    debt_shares = dict(repaid.accrual.funders)
    common = [
        (entity, min(share, debt_shares[entity])) for entity, share in payer.accrual.funders if entity in debt_shares
    ]
    if not common:
        raise Unbookable(f"payer {payer.place}: the price exceeds the obligations, and no entity funds both accruals")
    sign = 1 if own > 0 else -1
    parts = largest_remainder(abs(own), [share for _, share in common])
    return tuple((entity, sign * part) for (entity, _), part in zip(common, parts, strict=True))
