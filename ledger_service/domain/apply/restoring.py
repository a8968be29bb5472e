"""Restoring a redemption, whole or in part: points, value and price of each of its pieces (DOMAIN.md §1, §6).

All three are cumulative, so that however a redemption is restored in parts, the whole comes back and no more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.values.money import Money
from chassis.values.rounding import round_half_up
from chassis.values.splits import cumulative_part
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.give_back import GivenBack, give_back
from ledger_service.domain.movement import Cause, MovementRef, Obligation, Settlement
from ledger_service.domain.order import RestoredPoints
from ledger_service.domain.policies import LapsedRestore, ReturnPolicy
from ledger_service.domain.redemption import Burn, Redemption, RedemptionPiece


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why points are given back, and what becomes of those that have lapsed meanwhile."""

    cause: Cause
    cause_id: str
    policy: ReturnPolicy


def restore_lines(
    draft: Draft, redemption: Redemption, by_line: Mapping[int, int], occasion: Occasion
) -> RestoredPoints:
    """Gives back points of a redemption, by line number; each at most what is left of its line."""
    pieces = list(redemption.pieces)
    of_line: dict[int, list[int]] = defaultdict(list)
    of_movement: dict[MovementRef, list[int]] = defaultdict(list)
    for place, piece in enumerate(pieces):
        of_line[piece.line_number].append(place)
        of_movement[piece.movement].append(place)
    touched: dict[str, None] = {}
    for line_number, points in sorted(by_line.items()):
        places = of_line[line_number] if points else []
        for place, restored in zip(places, _parts(redemption, [pieces[one] for one in places], points), strict=True):
            piece, pieces[place] = pieces[place], restored
            if restored != piece:
                together = [pieces[one] for one in of_movement[piece.movement]]
                given = _given(draft, redemption, piece, restored, together, occasion)
                touched |= dict.fromkeys(give_back(draft, given))
    after = replace(redemption, pieces=tuple(pieces))
    draft.put_redemption(after)
    _treat_lapsed(draft, touched, occasion)
    return RestoredPoints(
        redemption_id=redemption.redemption_id,
        points=after.restored_points - redemption.restored_points,
        value=Money(redemption.value.currency_code, after.restored_value - redemption.restored_value),
    )


def _parts(redemption: Redemption, pieces: Sequence[RedemptionPiece], points: int) -> list[RedemptionPiece]:
    """The pieces of a line once so many more points of it are back. A cent may come back to a piece without a point,
    where the divisors of points and cents fall apart."""
    before = sum(piece.restored_points for piece in pieces)
    value_before = sum(piece.restored_value for piece in pieces)
    value_after = max(value_before, _value_of(redemption, pieces, before + points))
    more_points = cumulative_part(before, before + points, [piece.points for piece in pieces])
    more_value = cumulative_part(value_before, value_after, [piece.value for piece in pieces])
    return [
        replace(piece, restored_points=piece.restored_points + extra, restored_value=piece.restored_value + minor_units)
        for piece, extra, minor_units in zip(pieces, more_points, more_value, strict=True)
    ]


def _value_of(redemption: Redemption, pieces: Iterable[RedemptionPiece], restored: int) -> int:
    """What so many restored points of a line are worth: floored at the redemption's rate, all of it at the end."""
    value = sum(piece.value for piece in pieces)
    if restored == sum(piece.points for piece in pieces):
        return value
    return min(value, redemption.rate.per_point.floor_of(restored))


def _given(
    draft: Draft,
    redemption: Redemption,
    before: RedemptionPiece,
    after: RedemptionPiece,
    together: Sequence[RedemptionPiece],
    occasion: Occasion,
) -> GivenBack:
    """What goes back of one piece; `together` are the pieces of its movement, this one as restored already."""
    burn = draft.burn(before.movement)
    points = after.restored_points - before.restored_points
    currency = redemption.value.currency_code
    restored_price = _price_of(together, burn, points)
    settlement = Settlement(
        value=Money(currency, after.restored_value - before.restored_value),
        price=Money(currency, burn.restored_price - restored_price),
        obligations=_undone(draft.known(before.accrual_id), redemption, after, burn, restored_price),
        place_entity=redemption.redeemer,
        place_brand=redemption.brand,
    )
    return GivenBack(burn, points, settlement, occasion.cause, occasion.cause_id, before.line_number)


def _price_of(pieces: Sequence[RedemptionPiece], burn: Burn, points: int) -> int:
    """What of a burn's price is undone in all, once so many more points are back: in step with the value, by points
    if it has none; all of it at the end."""
    price, back = burn.price.minor_units, burn.restored_points + points
    if back == burn.points:
        return price
    value = sum(piece.value for piece in pieces)
    share = (sum(piece.restored_value for piece in pieces), value) if value else (back, burn.points)
    return max(burn.restored_price, round_half_up(price * share[0], share[1]))


def _undone(
    accrual: Accrual, redemption: Redemption, piece: RedemptionPiece, burn: Burn, restored_price: int
) -> tuple[Obligation, ...]:
    """The obligations of the burn, undone: what each funder bore of the part of the price, by its own agreement."""
    parts = cumulative_part(burn.restored_price, restored_price, burn.borne)
    agreements, rates = piece.agreements or ("",) * len(parts), piece.rates or ("",) * len(parts)
    currency = redemption.value.currency_code
    return tuple(
        Obligation(funder.entity, redemption.redeemer, Money(currency, -part), agreement_id, rate_id)
        for funder, part, agreement_id, rate_id in zip(accrual.funders, parts, agreements, rates, strict=True)
        if part and funder.entity != redemption.redeemer
    )


def _treat_lapsed(draft: Draft, accrual_ids: Iterable[str], occasion: Occasion) -> None:
    """Points that have lapsed meanwhile get a grace period, or expire at once."""
    policy = occasion.policy
    for accrual_id in accrual_ids:
        accrual = draft.known(accrual_id)
        if accrual.remaining <= 0 or not draft.has_lapsed(accrual):
            continue
        if policy.lapsed is LapsedRestore.GRACE and policy.grace_days > 0:
            until = draft.post_time + timedelta(days=policy.grace_days)
            draft.reschedule(accrual, occasion.cause, occasion.cause_id, expire_time=until)
        else:
            draft.expire(accrual)
