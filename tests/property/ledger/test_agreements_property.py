"""Prices by agreements of every kind follow a model of their own, and whatever is undone in parts is undone exactly."""

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.domain.redemption import CurrencyTerm, RedemptionTerms, SettlementTerm
from tests.property.ledger.story import ENTITIES, Choose, Story
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import burns, open_positions, redemption, restore, spend

PARTS = ("0", "1/3", "0.85", "1", "1.2")
PRICES = ("0", "1/2", "3/7", "2")
FEES = ("0", "0.025", "1/3")
CAPS = (None, "0", "0.5", "1", "1.1")
RATES = ("EUR", "1.1025"), ("USD", "1")
FUNDERS = ({"north": 10_000}, {"north": 6_500, "harbor": 3_500}, {"harbor": 3_333, "linden": 3_333, "peak": 3_334})


def agreement(choose: Choose) -> SettlementTerm:
    """Any kind of price, with any fee and cap."""
    kind = choose(0, 2)
    price = Ratio.of(PRICES[choose(0, 3)] if kind == 2 else PARTS[choose(0, 4)])
    cap = CAPS[choose(0, 4)]
    return SettlementTerm(
        "agr",
        share_of_face=price if kind == 0 else None,
        share_of_liability=price if kind == 1 else None,
        per_point=price if kind == 2 else None,
        fee=Ratio.of(FEES[choose(0, 2)]),
        cap_of_face=None if cap is None else Ratio.of(cap),
    )


def any_terms(choose: Choose, brand: str = "linden") -> RedemptionTerms:
    """Terms with an agreement of each entity's own, and a rate for euros."""
    at = terms(brand, ("4/5", "1", "7/3", "1/3")[choose(0, 3)], {})
    by = {entity: agreement(choose) for entity in ENTITIES}
    return replace(at, settlement=by, currencies={"EUR": CurrencyTerm("ecb", Ratio.of("1.1025"))})


# --- the model


@dataclass(frozen=True)
class Carried:
    """What a funder carries of the points that are spent."""

    points: int
    weight: int
    face: int
    stands_for: Fraction
    """A point, in the redemption's currency."""


def half_up(exact: Fraction) -> int:
    return (exact + Fraction(1, 2)).__floor__()


def model_price(carried: Carried, term: SettlementTerm) -> int:
    """As the brief of finance says it: base, fee on top, rounded once; never more than the cap."""
    mine = Fraction(carried.points * carried.weight, 10_000)
    if term.share_of_face is not None:
        base = carried.face * term.share_of_face.fraction()
    elif term.share_of_liability is not None:
        base = mine * carried.stands_for * term.share_of_liability.fraction()
    else:
        assert term.per_point is not None
        base = mine * term.per_point.fraction()
    price = half_up(base * (1 + term.fee.fraction()))
    return price if term.cap_of_face is None else min(price, (carried.face * term.cap_of_face.fraction()).__floor__())


def faces(value: int, weights: list[int]) -> list[int]:
    """Largest remainder, ties to the first."""
    exact = [Fraction(value * weight, 10_000) for weight in weights]
    parts = [one.__floor__() for one in exact]
    by_rest = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_rest[: value - sum(parts)]:
        parts[place] += 1
    return parts


@given(data=st.data())
@settings(max_examples=examples(30), deadline=None)
def test_every_price_is_what_the_model_says_and_comes_back_whole(data: st.DataObject) -> None:
    def choose(least: int, most: int) -> int:
        return data.draw(st.integers(least, most))

    ledger, at = PureLedger(), any_terms(choose)
    funders = FUNDERS[choose(0, 2)]
    currency, worth = RATES[choose(0, 1)]
    points = choose(3, 100_000)
    rate = PointRate(currency, Ratio.of(PRICES[choose(1, 3)]))
    given_points = replace(award(1, points, "north", funders=funders), liability=rate)
    ledger.post_order("ana", "sale", [sold(1, 1_000, "north")], [given_points])
    spent = spend(ledger, points, at)
    [moved] = ledger.events[-1].movements
    value = moved.movement.settlement.value
    assert value is not None
    stands_for = rate.per_point.fraction() * Fraction(worth)
    prices = {
        entity: model_price(Carried(points, weight, face, stands_for), at.settlement[entity])
        for (entity, weight), face in zip(
            funders.items(), faces(value.minor_units, list(funders.values())), strict=True
        )
        if entity != "linden"
    }
    owed = {one.debtor: one.amount.minor_units for one in moved.movement.settlement.obligations}
    assert owed == {entity: price for entity, price in prices.items() if price}
    while left := points - redemption(ledger, spent).restored_points:
        restore(ledger, spent, choose(max(1, left // 4), left))
    assert open_positions(ledger) == {}


# --- whole lives


class Priced(Story):
    """A story whose accruals are of any policy and any currency, and whose redemptions are on any agreements."""

    def sell(self) -> None:
        policy = tuple(SettlementPolicy)[self.choose(0, 2)]
        self.ledger.policy, self.ledger.reserve = policy, "hq" if policy is SettlementPolicy.RESERVE else ""
        super().sell()

    def _terms(self) -> RedemptionTerms:
        return any_terms(self.choose, self._one(ENTITIES))


@pytest.mark.parametrize("seed", range(25))
def test_a_life_under_every_policy_that_is_undone_leaves_nothing(seed: int) -> None:
    story = Priced(Random(seed).randint)
    for _ in range(100):
        story.act()
    assert_borne_by_redeemers(story)
    story.undo()
    assert open_positions(story.ledger) == {}
    assert all(burn.restored_price == burn.price.minor_units for burn in burns(story.ledger))
    assert all(burn.waived == 0 for burn in burns(story.ledger))


def assert_borne_by_redeemers(story: Story) -> None:
    """No movement of points that owe nobody has a price, and whatever is owed has one."""
    for event in story.ledger.events:
        for one in event.movements:
            settlement = one.movement.settlement
            price = settlement.price.minor_units if settlement.price else 0
            assert price == 0 or not one.accrual.owes_nobody
            assert abs(sum(owed.amount.minor_units for owed in settlement.obligations)) <= abs(price)


def test_some_lives_have_repayments_that_nobody_pays() -> None:
    """The ones above are about them."""
    waived = 0
    for seed in range(8):
        story = Priced(Random(seed).randint)
        for _ in range(100):
            story.act()
        waived += any(burn.waived for burn in burns(story.ledger))
    assert waived > 1
