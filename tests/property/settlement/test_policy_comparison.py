"""A history under one policy: the comparison's figures for that policy are exactly what the books say."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.calendar import Interval
from chassis.values.rounding import ONE
from settlement_service.domain.policy_comparison import Borne, PolicyComparison, Reimbursed, Reserved
from settlement_service.domain.program_facts import Agreement, ProgramFacts, SettlementPolicy
from tests.property.settlement.lots import Lot
from tests.property.settlement.model import USD, World
from tests.property.settlement.test_books import BRANDS, ENTITIES, RATES, STEPS, Step, steps
from tests.support.examples import examples
from tests.unit.settlement.booked import lines_of

FACTS = ProgramFacts(
    "harborside", "rev_1", agreements=(Agreement("agr", "", "", Interval(None, None), share_of_face=ONE),)
)
SHARE = Fraction(1, 2)


def played_under(history: list[Step], policy: SettlementPolicy, reserve: str) -> World:
    """A world whose lots are all of one policy."""
    world = World()
    for name, first, amount, second in history:
        if name == "earn":
            brand = BRANDS[first % 4]
            other = ENTITIES[(first + 1) % 5]
            funders = ((brand, 10_000),) if second % 3 else ((brand, 6_500), (other, 3_500))
            held = reserve if policy is SettlementPolicy.RESERVE else ""
            lot = Lot(
                f"lot_{len(world.lots)}", brand, brand, funders, RATES[second % 4], USD, policy=policy, reserve=held
            )
            world.earn((lot, amount))
        else:
            STEPS[name](world, first, amount, second)
    return world


def compared(world: World, reserve: str) -> PolicyComparison:
    """The comparison of a whole history."""
    comparison = PolicyComparison(reserve, SHARE)
    for event in world.events:
        for line in lines_of(event):
            comparison.take(line, FACTS)
    comparison.finish()
    return comparison


@pytest.mark.parametrize("reserve", ["hq", "north"])
@pytest.mark.parametrize("policy", [SettlementPolicy.REIMBURSE, SettlementPolicy.RESERVE])
@given(history=steps)
@settings(max_examples=examples(20))
def test_the_policy_in_force_is_what_the_books_say(policy: SettlementPolicy, reserve: str, history: list[Step]) -> None:
    comparison = compared(played_under(history, policy, reserve), reserve)
    in_force = comparison.reimburse if policy is SettlementPolicy.REIMBURSE else comparison.reserved
    nets = {key: position.net for key, position in in_force.items() if position.net}
    assert nets == {key: amount for key, amount in comparison.booked.items() if amount}


@given(history=steps)
@settings(max_examples=examples(20))
def test_under_none_nobody_owes_before_the_voucher(history: list[Step]) -> None:
    comparison = compared(played_under(history, SettlementPolicy.NONE, "hq"), "hq")
    assert not any(comparison.booked.values())


@given(history=steps, policy=st.sampled_from(SettlementPolicy))
@settings(max_examples=examples(20))
def test_positions_of_every_policy_sum_to_zero(history: list[Step], policy: SettlementPolicy) -> None:
    comparison = compared(played_under(history, policy, "hq"), "hq")
    for of in (comparison.reimburse, comparison.reserved, comparison.none):
        sums: dict[str, int] = {}
        for (currency, _), position in of.items():
            sums[currency] = sums.get(currency, 0) + position.net
        assert not any(sums.values())


def test_a_month_under_each_policy_by_hand() -> None:
    """North gives 100 points carried at 0.80; 60 are spent at Linden for 48, at 100% of face; 40 lapse.

    REIMBURSE: North owes 48. RESERVE: North pays 80 in, 48 and 32 come back, and 48 go to Linden by way of the reserve.
    NONE at half of the face: Linden bears 48 and gets 24.
    """
    world = World()
    lot = Lot("lot", "north", "north", (("north", 10_000),), Fraction(4, 5), USD)
    world.earn((lot, 100))
    world.redeem("linden", 60, Fraction(4, 5))
    world.expire(lot)
    comparison = compared(world, "hq")
    north, linden, reserve = (USD, "north"), (USD, "linden"), (USD, "hq")
    assert comparison.reimburse == {north: Reimbursed(owes=48), linden: Reimbursed(owed_to_it=48)}
    assert comparison.reserved == {
        north: Reserved(contributions=80, refunds=32, draws=48, prices_paid=48),
        linden: Reserved(prices_received=48),
        reserve: Reserved(held_for_others=0),
    }
    assert comparison.none == {north: Borne(vouchers_paid=24), linden: Borne(borne=48, vouchers_received=24)}
    assert comparison.booked == {north: -48, linden: 48}


def test_points_of_before_the_period_draw_without_having_contributed_in_it() -> None:
    world = World()
    lot = Lot("lot", "north", "north", (("north", 10_000),), Fraction(4, 5), USD)
    world.earn((lot, 100))
    world.redeem("linden", 60, Fraction(4, 5))
    comparison = PolicyComparison("hq", None)
    for line in lines_of(world.events[-1]):
        comparison.take(line, FACTS)
    north = comparison.reserved[USD, "north"]
    assert (north.contributions, north.draws, north.prices_paid, north.net) == (0, 48, 48, 0)
    assert comparison.reserved[USD, "hq"].held_for_others == -48


def test_points_under_none_are_priced_again_for_the_other_policies() -> None:
    world = World()
    lot = Lot("lot", "north", "north", (("north", 10_000),), Fraction(4, 5), USD, policy=SettlementPolicy.NONE)
    world.earn((lot, 100))
    world.redeem("linden", 60, Fraction(4, 5))
    assert compared(world, "hq").reimburse[USD, "north"] == Reimbursed(owes=48)
    bare = PolicyComparison("hq", None)
    for event in world.events:
        for line in lines_of(event):
            bare.take(line, replace(FACTS, agreements=()))
    assert (bare.unpriced, dict(bare.reimburse)) == (1, {})
