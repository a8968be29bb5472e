"""Which accruals are spent, what each piece is worth, and what its funders owe the redeemer (docs/DOMAIN.md §5)."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from chassis.values.integers import checked
from chassis.values.money import Money
from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.accrual import NEVER, Accrual
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.pricing import FunderPrice, per_point, prices_of
from ledger_service.domain.apply.reading import BurnOrder
from ledger_service.domain.movement import Cause, MovementKind, Obligation, Settlement
from ledger_service.domain.policies import DEFAULT_BURN_ORDER, BurnRule
from ledger_service.domain.redemption import Burn, RedemptionPiece, RedemptionTerms
from ledger_service.domain.scope import SpendingPlace

T = TypeVar("T")

Taken = tuple[Accrual, int]
"""An accrual as it stood, and how many points are taken from it."""


_Keys = Mapping[BurnRule, Callable[[Accrual], Any]]

_ANYWHERE: _Keys = {
    BurnRule.RESTRICTED_SCOPE_FIRST: lambda accrual: not accrual.scope,
    BurnRule.EARLIEST_EXPIRY: lambda accrual: accrual.expire_time or NEVER,
    BurnRule.OLDEST: lambda accrual: accrual.earn_time,
}
"""The keys that do not ask where points are spent."""


def burn_order(terms: RedemptionTerms, place: SpendingPlace) -> BurnOrder | None:
    """The program's burn order as a sort key; None if it is the default, which the store reads in order."""
    at_place: _Keys = {
        BurnRule.OWN_BRAND_FIRST: lambda accrual: accrual.brand != place.brand,
        BurnRule.CHEAPEST_SETTLEMENT: lambda accrual: per_point(accrual, terms),
    }
    return _sort_key(terms.burn_order, {**_ANYWHERE, **at_place})


def leaving_order(rules: Sequence[BurnRule]) -> BurnOrder | None:
    """The same where points leave without being spent: no brand redeems them and nobody settles them, so the keys that
    ask for that are passed over."""
    return _sort_key(tuple(rule for rule in rules if rule in _ANYWHERE), _ANYWHERE)


def _sort_key(rules: tuple[BurnRule, ...], keys: _Keys) -> BurnOrder | None:
    if rules == DEFAULT_BURN_ORDER:
        return None
    chosen = [keys[rule] for rule in rules]
    return lambda accrual: (*(key(accrual) for key in chosen), accrual.accrual_order)


def take(draft: Draft, points: int, place: SpendingPlace | None = None, order: BurnOrder | None = None) -> list[Taken]:
    """Which accruals give how many points. Open debt comes first, so it is not spendable; INSUFFICIENT_POINTS."""
    candidates = draft.spendable(place, order)
    open_debt = draft.wallet.debt
    at_hand = sum(accrual.remaining for accrual in candidates)
    if at_hand < points + open_debt:
        draft.require_all_spendable()
        raise refusals.insufficient_points(points, max(0, at_hand - open_debt))
    return first_of([(accrual, accrual.remaining) for accrual in candidates], points)


def first_of(pieces: Iterable[tuple[T, int]], points: int) -> list[tuple[T, int]]:
    """The first so many points of pieces of (what, points)."""
    [(_, taken)] = walked([(0, points)], pieces)
    return taken


def after_first(pieces: Iterable[tuple[T, int]], points: int) -> list[tuple[T, int]]:
    """What is left of pieces once their first so many points are gone."""
    known = list(pieces)
    in_all = sum(part for _, part in known)
    gone = min(points, in_all)
    [_, (_, left)] = walked([(0, gone), (1, in_all - gone)], known)
    return left


def check_number(points: int, terms: RedemptionTerms) -> None:
    """Refuses what is below the brand's minimum or no multiple of its block."""
    if not terms.takes(points):
        raise refusals.not_redeemable_so(points, terms.here.brand, terms.minimum_points, terms.block_points)


def value_of(points: int, terms: RedemptionTerms, quoted: int | None = None) -> Money:
    """What the points are worth, floored to the minor unit; refused if nothing or not what was quoted."""
    rate = terms.here.rate
    minor_units = checked(rate.per_point.floor_of(points), "redemption value")
    if minor_units == 0:
        raise refusals.worth_nothing(points, terms.here.brand)
    if quoted is not None and quoted != minor_units:
        raise refusals.quote_changed(quoted, minor_units, rate.currency)
    return Money(rate.currency, minor_units)


def walked(
    lines: Iterable[tuple[int, int]], pieces: Iterable[tuple[T, int]]
) -> Iterator[tuple[int, list[tuple[T, int]]]]:
    """Walks lines of (number, points) and pieces of (what, points) side by side: for each line, what pays it. Both sum
    to the same points."""
    rest = deque(pieces)
    for number, points in lines:
        parts: list[tuple[T, int]] = []
        while points:
            what, left = rest.popleft()
            part = min(points, left)
            parts.append((what, part))
            points -= part
            if part < left:
                rest.appendleft((what, left - part))
        yield number, parts


def spend(
    draft: Draft,
    redemption_id: str,
    terms: RedemptionTerms,
    lines: Sequence[tuple[int, int, Sequence[Taken]]],
    from_held: bool = False,
) -> tuple[RedemptionPiece, ...]:
    """Burns what was taken for each line of (number, value in minor units, accruals in burn order): one movement per
    line and accrual, its value by largest remainder within the line. The pieces, in that order."""
    pieces: list[RedemptionPiece] = []
    for line_number, value, taken in lines:
        values = largest_remainder(value, [points for _, points in taken])
        for (accrual, points), minor_units in zip(taken, values, strict=True):
            money = Money(terms.here.rate.currency, minor_units)
            pieces.append(
                _burn(draft, redemption_id, terms, draft.latest(accrual), points, money, line_number, from_held)
            )
    return tuple(pieces)


def _burn(
    draft: Draft,
    redemption_id: str,
    terms: RedemptionTerms,
    accrual: Accrual,
    points: int,
    value: Money,
    line_number: int,
    from_held: bool,
) -> RedemptionPiece:
    prices = prices_of(accrual, points, value, terms)
    borne = tuple(price.amount for price in prices)
    price = Money(value.currency_code, checked(sum(borne), "settlement price"))
    obligations = tuple(_obligations(accrual, price.currency_code, terms.redeemer, prices))
    settlement = Settlement(
        value=value, price=price, obligations=obligations, place_entity=terms.redeemer, place_brand=terms.here.brand
    )
    movement = draft.move(
        accrual,
        MovementKind.REDEEMED,
        points,
        Cause.REDEMPTION,
        redemption_id,
        line_number,
        settlement,
        from_held=from_held,
    )
    draft.put_burn(
        Burn(accrual.program, movement.ref, accrual.accrual_id, points, price, borne, post_time=draft.post_time)
    )
    rates = tuple(price.rate_id for price in prices)
    return RedemptionPiece(
        line_number,
        movement.ref,
        accrual.accrual_id,
        points,
        value.minor_units,
        agreements=tuple(price.agreement_id for price in prices),
        rates=rates if any(rates) else (),
    )


def _obligations(accrual: Accrual, currency: str, redeemer: str, prices: Sequence[FunderPrice]) -> Iterator[Obligation]:
    """What of the prices is owed to the redeemer: what it bears itself is not."""
    for funder, price in zip(accrual.funders, prices, strict=True):
        if price.amount and funder.entity != redeemer:
            owed = Money(currency, price.amount)
            yield Obligation(funder.entity, redeemer, owed, price.agreement_id, price.rate_id)
