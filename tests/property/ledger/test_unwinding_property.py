"""Whatever is spent, brought back, repaid and restored in whatever parts: undone as a whole, nothing is left of it."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.policies import LapsedRestore, ReturnPolicy, SpentPoints
from tests.property.ledger.story import Story, undone
from tests.support.examples import examples
from tests.support.pure_restores import DEBT, burns, open_positions, redemption

EXPIRE = ReturnPolicy(lapsed=LapsedRestore.EXPIRE)
REDUCE = ReturnPolicy(spent=SpentPoints.REDUCE_REFUND)
WRITE_OFF = ReturnPolicy(spent=SpentPoints.WRITE_OFF)


def assert_nothing_is_left(story: Story) -> None:
    """Every burn is restored in points and price, every redemption in value, and no accrual is below zero."""
    ledger = story.ledger
    assert all(burn.restored_points == burn.points for burn in burns(ledger))
    assert all(burn.restored_price == burn.price.minor_units for burn in burns(ledger))
    assert all(accrual.remaining >= 0 for accrual in ledger.state.accruals.values())
    for one in story.redemptions:
        assert redemption(ledger, one).restored_value == redemption(ledger, one).value.minor_units


@given(data=st.data())
@settings(max_examples=examples(12), deadline=None)
def test_a_history_that_is_undone_leaves_every_entity_at_zero(data: st.DataObject) -> None:
    story = undone(lambda least, most: data.draw(st.integers(least, most)), 25)
    assert_nothing_is_left(story)
    assert open_positions(story.ledger) == {}


@pytest.mark.parametrize("policy", [DEBT, EXPIRE, WRITE_OFF], ids=["debt", "expire", "write off"])
@pytest.mark.parametrize("seed", range(20))
def test_so_does_a_long_one(seed: int, policy: ReturnPolicy) -> None:
    story = undone(Random(seed).randint, 120, policy)
    assert_nothing_is_left(story)
    assert open_positions(story.ledger) == {}


@pytest.mark.parametrize("seed", range(20))
def test_of_reduced_refunds_exactly_the_money_kept_is_left(seed: int) -> None:
    story = undone(Random(seed).randint, 120, REDUCE)
    assert_nothing_is_left(story)
    assert -story.ledger.positions().get("shop-entity", 0) == story.withheld
